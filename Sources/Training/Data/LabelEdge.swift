import Volumes

/// How far the edge of a scan's mask is to be believed. Where nothing is said, not within ``DataSettings/edgeTolerance``.
public enum LabelEdge: String, Sendable, Codable {
  /// As it is: the mask is the true occupancy.
  case exact
  /// Where it lies, not how soft it is: the mean of several contrasts' masks has the right area, but is softer than any cord's edge.
  case outline
}

extension Volume {
  /// In each slice across the neck, what is most cord becomes cord until the slice's sum is used up. Slices in which nothing is surely cord stay:
  /// there the mask fades.
  func outlined() -> Volume {
    guard let axis = Orientation(of: grid.affine).axes.firstIndex(where: { $0.axis == 2 }) else { return self }
    let size = grid.shape
    let step = [1, size.x, size.x * size.y][axis]
    var slices = [[Int]](repeating: [], count: size[axis])
    for index in voxels.indices where voxels[index] > 0 { slices[index / step % size[axis]].append(index) }
    var outlined = voxels
    for slice in slices where slice.contains(where: { voxels[$0] > 0.95 }) {
      var left = slice.reduce(0) { $0 + voxels[$1] }
      for index in slice.sorted(by: { voxels[$0] > voxels[$1] }) {
        outlined[index] = min(max(left, 0), 1)
        left -= 1
      }
    }
    return Volume(voxels: outlined, grid: grid)
  }
}
