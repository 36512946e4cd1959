import CTorch

/// The CPU threads that one tensor operation may use.
public enum Threads {
  /// How many; at least 1, process-wide.
  public static var count: Int {
    get { Int(ct_threads()) }
    set {
      precondition(newValue >= 1, "a thread count is at least 1")
      _ = ct_set_threads(Int32(clamping: newValue))
    }
  }
}
