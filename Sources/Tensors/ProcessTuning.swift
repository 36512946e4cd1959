import CMalloc

/// Settings of the process that make LibTorch fast in it.
public enum ProcessTuning {
  /// Lets idle threads sleep (``Threads/waitAsleep()``) and keeps freed memory for the next tensor; once a process, however often it is called.
  ///
  /// What segments or trains calls this by itself; nothing else need.
  public static func apply() { _ = applied }

  private static let applied: Void = {
    keepFreedMemory()
    Threads.waitAsleep()
  }()

  /// Keeps up to half a gigabyte of freed memory instead of giving it back to the system: otherwise a tenth of the time of a segmentation
  /// goes into pages that come and go.
  private static func keepFreedMemory() {
    #if canImport(Glibc)
      mallopt(M_TRIM_THRESHOLD, 1 << 29)
      mallopt(M_TOP_PAD, 1 << 26)
      // The largest that glibc takes; what is larger is mapped by itself and returned at once.
      mallopt(M_MMAP_THRESHOLD, 1 << 25)
    #endif
  }
}
