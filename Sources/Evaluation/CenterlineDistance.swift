import Morphometry
import Statistics
import Volumes

/// How far the middle of the cord in one mask is from that in another.
public struct CenterlineDistance: Sendable, Hashable {
  /// Mean and largest distance of the reference's centerline from the prediction's, mm, one value for each slice that holds both.
  public let mean, maximum: Double
  /// Number of those slices.
  public let slices: Int

  /// - Throws: ``NotComputable`` where a mask has no centerline, or no slice holds both.
  public init(of prediction: Volume, from reference: Volume) throws(NotComputable) {
    func line(_ mask: Volume, _ name: String) throws(NotComputable) -> Centerline {
      do {
        return try Centerline(of: mask)
      } catch {
        throw NotComputable("the \(name) has no centerline: \(error)")
      }
    }
    let (mine, other) = (try line(prediction, "prediction"), try line(reference, "reference"))
    guard mine.slices.overlaps(other.slices) else { throw NotComputable("no slice holds both cords") }
    let axis = CordAxis(mine)
    let distances = other.slices.clamped(to: mine.slices).map { axis.foot(of: other.position(atSlice: Double($0))).distance }
    (mean, maximum, slices) = (distances.mean, distances.max() ?? 0, distances.count)
  }
}
