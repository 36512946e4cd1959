import Volumes

/// Something that resembles cord and was left out of a mask.
struct LeftOut {
  /// mm³.
  let volume: Double
  /// Its lowest and highest voxel on a working grid, world mm.
  let ends: (low: SIMD3<Double>, high: SIMD3<Double>)

  /// - Parameters:
  ///   - piece: Offsets of some voxels.
  ///   - soft: Occupancy on a grid whose z runs along the body; those that are more cord than not count.
  init?(_ piece: [Int], of soft: Volume, above threshold: Float = 0.5) {
    let cord = piece.filter { soft.voxels[$0] > threshold }
    guard let low = cord.min(), let high = cord.max() else { return nil }
    volume = Double(cord.count) * soft.grid.voxelVolume
    ends = (soft.position(of: low), soft.position(of: high))
  }
}

extension Volume {
  /// Remarks on what was left out of this mask and is nowhere near as high or low as the cord that it holds: what lies beside the cord is
  /// something else, what lies above or below may be a part of it.
  ///
  /// - Parameter least: Smaller ones are not worth a remark, mm³.
  func remarks(on pieces: [LeftOut], least: Double) -> [String] {
    let (toVoxel, plane) = (grid.affine.inverse, grid.shape.x * grid.shape.y)
    var held = [Bool](repeating: false, count: grid.shape.z)
    for slice in held.indices { held[slice] = voxels[slice * plane..<(slice + 1) * plane].contains { $0 > 0.5 } }
    return pieces.filter { $0.volume >= least }.compactMap { piece in
      let slices = [piece.ends.low, piece.ends.high].map { Int(toVoxel($0).z.rounded()) }
      let range = slices.min()!...slices.max()!
      guard range.count(where: { held.indices.contains($0) && held[$0] }) * 2 < range.count else { return nil }
      return "something that resembles cord was left out, for the model is not confident of it: \(Int(piece.volume)) mm³ between z = "
        + "\(Int(piece.ends.low.z.rounded())) and \(Int(piece.ends.high.z.rounded())) mm; look at it, or try --everywhere"
    }
  }
}
