import Dispatch

/// How the work on one scan is shared out. What comes out is the same, bit for bit.
public enum Workers {
  /// Whether a scan is made by the thread that asks for it alone: where many scans are made side by side, parts of each would only get in
  /// each other's way.
  @TaskLocal public static var areOnePerScan = false
}

/// Does independent parts of the work on a scan, side by side where there are threads for it.
func shareOut(_ parts: Int, _ work: @Sendable (Int) -> Void) {
  if Workers.areOnePerScan {
    for part in 0..<parts { work(part) }
  } else {
    DispatchQueue.concurrentPerform(iterations: parts, execute: work)
  }
}
