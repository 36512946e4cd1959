import Foundation

/// How an epoch's time was spent.
struct Stopwatch {
  private let began = ContinuousClock.now
  private var waited = Duration.zero

  /// Counts the time of the body as time that the engine waits for data.
  mutating func waiting<T>(_ body: () async throws -> T) async rethrows -> T {
    let start = ContinuousClock.now
    defer { waited += start.duration(to: .now) }
    return try await body()
  }

  /// Since the start.
  var seconds: Double { began.duration(to: .now) / .seconds(1) }
  /// Share of the time that the engine trained.
  var computing: Double { seconds > 0 ? 1 - waited / .seconds(1) / seconds : 1 }
}
