import Foundation

/// How an epoch's time was spent.
struct Stopwatch {
  private let began = Moment.now
  private var waited = Moment.zero

  /// Time on the wall, and what this program used of the processors, seconds.
  private struct Moment {
    var wall, processors: Double

    static let zero = Moment(wall: 0, processors: 0)
    private static let start = ContinuousClock.now

    static var now: Moment {
      let usage = ResourceUsage.now
      return Moment(wall: start.duration(to: .now) / .seconds(1), processors: usage.processors)
    }

    static func - (a: Moment, b: Moment) -> Moment { Moment(wall: a.wall - b.wall, processors: a.processors - b.processors) }
    static func + (a: Moment, b: Moment) -> Moment { Moment(wall: a.wall + b.wall, processors: a.processors + b.processors) }
  }

  /// Counts the time of the body as time that the engine waits for data.
  mutating func waiting<T>(_ body: () async throws -> T) async rethrows -> T {
    let start = Moment.now
    defer { waited = waited + (.now - start) }
    return try await body()
  }

  /// Since the start.
  var seconds: Double { (.now - began).wall }
  /// Share of the time that the engine trained.
  var computing: Double { seconds > 0 ? 1 - waited.wall / seconds : 1 }
  /// Seconds of processors that were used while the engine trained, whatever else the machine did; those of other threads are among them.
  var processors: Double { (.now - began - waited).processors }
}
