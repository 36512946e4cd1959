import Volumes

/// What becomes of a scan's intensities before a network sees them.
public enum Normalization: Sendable, Hashable, Codable {
  /// What lies between the quantiles ``Preprocessing/clip`` becomes 0…1, with ``Preprocessing/headroom``; then each window is z-scored by itself.
  case quantiles
  /// They stay as they are; then each window is z-scored by itself.
  case windows
  /// The whole scan to mean 0 and deviation 1.
  case image
  /// What is not empty (zero), and what that encloses, to mean 0 and deviation 1; the rest stays 0.
  case foreground
  /// Cut to a range, then shifted and scaled by fixed numbers, as for calibrated units.
  case fixed(lower: Double, upper: Double, mean: Double, deviation: Double)
  /// From the lowest to the highest, to 0…1.
  case extremes
  /// They stay as they are.
  case none

  /// Whether each window is z-scored by itself.
  public var zScoresWindows: Bool { self == .quantiles || self == .windows }

  /// A scan with its intensities normalized, where that does not depend on windows.
  ///
  /// Source: nnU-Net, `default_normalization_schemes.py` (its z-score divides by a deviation of at least 1e-8).
  func callAsFunction(_ image: Volume) throws(PreprocessingError) -> Volume {
    switch self {
    case .quantiles, .windows, .none: return image
    case .image: return try image.zScored(where: nil)
    case .foreground: return try image.zScored(where: image.filledForeground)
    case .fixed(let lower, let upper, let mean, let deviation):
      return image.map { Float((min(max(Double($0), lower), upper) - mean) / max(deviation, 1e-8)) }
    case .extremes:
      let (low, high) = (image.voxels.min()!, image.voxels.max()!)
      guard low < high else { throw .constantImage(value: low) }
      return image.map { ($0 - low) / (high - low) }
    }
  }
}

extension Volume {
  /// Mean 0 and deviation 1 over a part of the voxels; the others stay as they are.
  fileprivate func zScored(where inside: [Bool]?) throws(PreprocessingError) -> Volume {
    var (count, sum, squares) = (0.0, 0.0, 0.0)
    for i in voxels.indices where inside?[i] ?? true { (count, sum) = (count + 1, sum + Double(voxels[i])) }
    let mean = sum / max(count, 1)
    for i in voxels.indices where inside?[i] ?? true { squares += (Double(voxels[i]) - mean) * (Double(voxels[i]) - mean) }
    guard squares > 0 else { throw .constantImage(value: voxels[0]) }
    let scale = 1 / max((squares / count).squareRoot(), 1e-8)
    var result = self
    for i in voxels.indices where inside?[i] ?? true { result.voxels[i] = Float((Double(voxels[i]) - mean) * scale) }
    return result
  }

  /// Whether each voxel is nonzero, or enclosed by such: not reached from the rim through faces of zero voxels.
  var filledForeground: [Bool] {
    let shape = grid.shape
    let (strideY, strideZ) = (shape.x, shape.x * shape.y)
    var inside = [Bool](repeating: true, count: grid.count)
    var waiting: [Int] = []
    func reach(_ offset: Int) {
      guard inside[offset], voxels[offset] == 0 else { return }
      inside[offset] = false
      waiting.append(offset)
    }
    for z in 0..<shape.z {
      for y in 0..<shape.y {
        let face = z == 0 || y == 0 || z == shape.z - 1 || y == shape.y - 1
        for x in stride(from: 0, to: shape.x, by: face ? 1 : max(1, shape.x - 1)) { reach(grid.offset(x, y, z)) }
      }
    }
    while let offset = waiting.popLast() {
      let (z, rest) = offset.quotientAndRemainder(dividingBy: strideZ)
      let (y, x) = rest.quotientAndRemainder(dividingBy: strideY)
      if x > 0 { reach(offset - 1) }
      if x + 1 < shape.x { reach(offset + 1) }
      if y > 0 { reach(offset - strideY) }
      if y + 1 < shape.y { reach(offset + strideY) }
      if z > 0 { reach(offset - strideZ) }
      if z + 1 < shape.z { reach(offset + strideZ) }
    }
    return inside
  }
}
