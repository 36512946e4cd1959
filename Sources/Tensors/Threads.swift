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

  /// Lets threads that wait for each other sleep instead of spin, for the rest of the process; once is enough.
  ///
  /// GNU's OpenMP spins for some milliseconds first. Where other programs compute, too, that takes the processor from the very thread that is
  /// waited for, and a network takes many times as long. `OMP_WAIT_POLICY` or `GOMP_SPINCOUNT` in the environment say otherwise.
  ///
  /// - Returns: Whether they do; not where the environment says otherwise or OpenMP is not GNU's.
  @discardableResult public static func waitAsleep() -> Bool { ct_wait_asleep() != 0 }
}
