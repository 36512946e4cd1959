import Volumes

extension Acquisition {
  /// A scan by the Spine Generic protocol that somebody cropped around the cord: 40–80 mm across, 40–90 mm along.
  ///
  /// Slices that are taken one by one are kept all, for each has its own motion.
  ///
  /// - Parameters:
  ///   - contrast: One of the protocol's.
  ///   - neck: Whom to scan.
  static func cropped(_ contrast: Contrast, for neck: Neck, generator g: inout Generator) -> Acquisition {
    var result = standard(contrast, for: neck, generator: &g)
    let grid = result.grid
    let slicewise = ScanProtocol.standard(contrast).slicewise
    // Where the whole scan sees the cord: the crop's middle lies beside it.
    let middle = grid.affine.inverse(result.motion.seriesFromPerson(neck.cord.section(at: neck.discs[3] + g.uniform(-45, 60)).center))
    var (lower, shape) = (SIMD3<Int>.zero, grid.shape)
    let steps = [grid.affine.x, grid.affine.y, grid.affine.z]
    for axis in 0..<3 {
      let along = abs(steps[axis].z) > 0.7 * grid.spacing[axis]
      let (extent, off) = (g.uniform(40, along ? 90 : 80), g.normal(0, 5))
      if axis == 2 && slicewise { continue }
      shape[axis] = min(grid.shape[axis], max(2, Int(extent / grid.spacing[axis])))
      let first = Int(middle[axis] + off / grid.spacing[axis]) - shape[axis] / 2
      lower[axis] = min(max(0, first), grid.shape[axis] - shape[axis])
    }
    result.grid = grid.box(lower: lower, shape: shape)
    return result
  }
}
