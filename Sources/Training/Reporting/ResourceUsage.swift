import Foundation

/// What this program has used so far.
struct ResourceUsage {
  /// Seconds of processors, over all threads.
  let processors: Double
  /// Most memory at any time, bytes; without that of a GPU.
  let peakMemory: Int

  static var now: ResourceUsage {
    var usage = rusage()
    #if os(Linux)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      let unit = 1024
    #else
      getrusage(RUSAGE_SELF, &usage)
      let unit = 1
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return ResourceUsage(processors: seconds(usage.ru_utime) + seconds(usage.ru_stime), peakMemory: Int(usage.ru_maxrss) * unit)
  }
}
