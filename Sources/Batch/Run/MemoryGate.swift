import Foundation
import NIfTI

/// Lets scans in as long as they fit into the memory together; one alone always may.
final class MemoryGate: Sendable {
  private let condition = NSCondition()
  private let limit: Double
  private nonisolated(unsafe) var held = 0.0
  private nonisolated(unsafe) var count = 0

  /// - Parameter limit: GB; `nil` lets all in.
  init(limit: Double?) { self.limit = limit ?? .infinity }

  func whileHolding<Result>(_ size: Double, _ body: () throws -> Result) rethrows -> Result {
    condition.lock()
    while count > 0, held + size > limit { condition.wait() }
    held += size
    count += 1
    condition.unlock()
    defer {
      condition.lock()
      held -= size
      count -= 1
      condition.broadcast()
      condition.unlock()
    }
    return try body()
  }
}

extension ScanWork {
  /// About what a scan takes, GB: the network's share, and the copies of the volume that are held at the same time.
  static func memory(of plan: ScanPlan) -> Double {
    guard let header = try? NIfTI.header(of: plan.place.scan.location) else { return 0 }
    let shape = header.shape
    return 0.35 + Double(shape.x) * Double(shape.y) * Double(shape.z) * 4 * 6 / 1e9
  }
}
