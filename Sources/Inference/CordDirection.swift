import Foundation
import Volumes

extension Volume {
  /// A remark where the cord of this mask does not run along the axis that the header calls superior–inferior; `nil` where it does, or where
  /// the mask is too short to tell.
  ///
  /// Necks bend and lean, but end to end none leans by 35°.
  var remarkOnAxes: String? {
    guard let direction = cordDirection else { return nil }
    let angle = acos(min(abs(direction.z), 1)) * 180 / .pi
    guard angle > 35 else { return nil }
    let (side, front) = (abs(direction.x), abs(direction.y))
    let along = abs(direction.z) > max(side, front) ? "superior–inferior" : side > front ? "right–left" : "anterior–posterior"
    return
      "the cord runs at \(Int(angle.rounded()))° to the header's superior–inferior axis, nearest to the one called \(along): the axes are "
      + "probably misnamed, and areas measured with this header may be wrong; correct the orientation in the header (sform, qform), or convert "
      + "the scan again, then segment it anew"
  }

  /// The direction of what is more cord than not, end to end: a unit vector in the world; `nil` for what is shorter than 4 cm or hardly longer
  /// than wide.
  var cordDirection: SIMD3<Double>? {
    var (count, sum, products) = (0.0, SIMD3<Double>.zero, [SIMD3<Double>](repeating: .zero, count: 3))
    let origin = grid.center
    for offset in voxels.indices where voxels[offset] > 0.5 {
      let place = position(of: offset) - origin
      (count, sum) = (count + 1, sum + place)
      for row in 0..<3 { products[row] += place[row] * place }
    }
    guard count > 1 else { return nil }
    let mean = sum / count
    let covariance = (0..<3).map { products[$0] / count - mean[$0] * mean }
    // The principal axis, by power iteration.
    var direction = SIMD3(0.4, 0.5, 0.77)
    var variance = 0.0
    for _ in 0..<200 {
      let next = SIMD3((covariance[0] * direction).sum(), (covariance[1] * direction).sum(), (covariance[2] * direction).sum())
      variance = next.length
      guard variance > 0 else { return nil }
      direction = next / variance
    }
    let others = covariance[0].x + covariance[1].y + covariance[2].z - variance
    return (12 * variance).squareRoot() >= 40 && variance >= 6 * others ? direction : nil
  }
}
