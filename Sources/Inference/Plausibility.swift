import Volumes

extension Volume {
  /// How sure a mask is of its surest voxel, in the median of the slices that hold cord.
  ///
  /// A voxel of the working grid fits into any cord, so wherever there is one, some voxel lies wholly within it, and a model whose
  /// occupancies are fractions says nearly 1 of it. What only resembles a cord (a bone of the leg, a blob of noise) it calls cord by half.
  /// Area and length do not tell the two apart, this does. The median, because a lesion or an artefact may blur some slices of a true cord.
  ///
  /// - Returns: 0.5…1; 0 where no voxel is more cord than not.
  var sureness: Float {
    let plane = grid.shape.x * grid.shape.y
    let peaks = (0..<grid.shape.z).map { z in voxels[z * plane..<(z + 1) * plane].max()! }.filter { $0 > 0.5 }.sorted()
    return peaks.isEmpty ? 0 : peaks[peaks.count / 2]
  }
}
