import Volumes

extension Volume {
  /// A scan of a few slices with its end slices repeated, for networks know the cord as a tube; longer ones stay as they are.
  ///
  /// - Parameters:
  ///   - shortest: What is shorter than this along the axis nearest to foot–head is lengthened, mm.
  ///   - enough: Its length then, or a little more, mm.
  func lengthened(where shortest: Double, to enough: Double) -> Volume {
    guard let axis = Orientation(of: grid.affine).axes.firstIndex(where: { $0.axis == 2 }) else { return self }
    let length = Double(grid.shape[axis]) * grid.spacing[axis]
    guard length < shortest else { return self }
    var (lower, shape) = (SIMD3<Int>.zero, grid.shape)
    let more = Int(((enough - length) / 2 / grid.spacing[axis]).rounded(.up))
    (lower[axis], shape[axis]) = (-more, shape[axis] + 2 * more)
    return box(lower: lower, shape: shape, fill: nil)
  }
}
