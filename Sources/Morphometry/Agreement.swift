import Volumes

/// How far two masks of one scan agree.
public struct Agreement: Sendable, Hashable {
  /// Dice overlap of both masks cut at 0.5: 2·|P∩G| / (|P|+|G|).
  public let dice: Double
  /// 2·Σpg / (Σp² + Σg²): 1 only where the soft masks are equal.
  public let softDice: Double
  /// Σp / Σg − 1: relative volume difference of the soft masks.
  public let volumeError: Double

  /// Compares two masks.
  ///
  /// - Parameters:
  ///   - prediction: Occupancy in 0…1.
  ///   - reference: Occupancy, or a binary annotation, of the same voxels.
  ///   - partial: The annotator left out slices: only slices that hold reference voxels are compared.
  public init(of prediction: Volume, with reference: Volume, partial: Bool = false) {
    precondition(prediction.grid.shape == reference.grid.shape, "masks are compared voxel by voxel")
    let annotated = partial ? reference.annotatedSlices : nil
    let shape = reference.grid.shape
    var (both, p, g) = (0.0, 0.0, 0.0)
    var (product, squares, sumP, sumG) = (0.0, 0.0, 0.0, 0.0)
    for offset in reference.voxels.indices {
      let (a, b) = (Double(prediction.voxels[offset]), Double(reference.voxels[offset]))
      if a == 0 && b == 0 { continue }
      if let annotated {
        let index = SIMD3(offset % shape.x, offset / shape.x % shape.y, offset / shape.x / shape.y)
        guard annotated.slices.contains(index[annotated.axis]) else { continue }
      }
      p += a > 0.5 ? 1 : 0
      g += b > 0.5 ? 1 : 0
      both += a > 0.5 && b > 0.5 ? 1 : 0
      product += a * b
      squares += a * a + b * b
      sumP += a
      sumG += b
    }
    dice = p + g > 0 ? 2 * both / (p + g) : 1
    softDice = squares > 0 ? 2 * product / squares : 1
    volumeError = sumG > 0 ? sumP / sumG - 1 : 0
  }
}

extension Volume {
  /// The slices that hold any voxel above zero: what an annotator worked on.
  ///
  /// Annotators work across the cord, unless the voxels are clearly thickest along another axis.
  public var annotatedSlices: (axis: Int, slices: Set<Int>) {
    let shape = grid.shape
    let upright = grid.orientation.axes.firstIndex { $0.axis == 2 }!
    let thickest = (0..<3).max { grid.spacing[$0] < grid.spacing[$1] }!
    let axis = grid.spacing[thickest] > 1.3 * grid.spacing[upright] ? thickest : upright
    let stride = [1, shape.x, shape.x * shape.y][axis]
    var slices: Set<Int> = []
    for offset in voxels.indices where voxels[offset] > 0 { slices.insert(offset / stride % shape[axis]) }
    return (axis, slices)
  }
}
