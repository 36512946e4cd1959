import Volumes

extension Volume {
  /// How sure a mask is of its inside: of the voxels that are more cord than not, the share that is nearly all cord, in the median of the
  /// slices that hold any.
  ///
  /// A cord is wider than its edge is blurred, and a model whose occupancies are fractions says nearly 1 of most of it. What only resembles a
  /// cord (a bone of the leg, a blob of noise) it calls cord by half, but for a voxel here and there. Area and length do not tell the two apart,
  /// this does. The median, because a lesion or an artefact may blur some slices of a true cord.
  ///
  /// - Returns: 0…1; 0 where no voxel is more cord than not.
  var sureness: Float {
    let plane = grid.shape.x * grid.shape.y
    let shares = (0..<grid.shape.z).compactMap { z -> Float? in
      let slice = voxels[z * plane..<(z + 1) * plane]
      let held = slice.count { $0 > 0.5 }
      return held > 0 ? Float(slice.count { $0 > 0.9 }) / Float(held) : nil
    }.sorted()
    return shares.isEmpty ? 0 : shares[shares.count / 2]
  }
}
