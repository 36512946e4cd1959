extension Volume {
  /// Groups of touching voxels above a threshold, largest first (by summed value, so a faint island does not win by size).
  ///
  /// - Parameter threshold: A voxel belongs to a component when its value is greater.
  /// - Returns: Offsets into `voxels` of each component; voxels touch when they share a face (6-connectivity).
  public func connectedComponents(above threshold: Float) -> [[Int]] {
    let shape = grid.shape
    let (strideY, strideZ) = (shape.x, shape.x * shape.y)
    var waiting = voxels.map { $0 > threshold }
    var components: [[Int]] = []
    for seed in waiting.indices where waiting[seed] {
      waiting[seed] = false
      var members = [seed]
      var next = 0
      while next < members.count {
        let offset = members[next]
        next += 1
        let (z, rest) = offset.quotientAndRemainder(dividingBy: strideZ)
        let (y, x) = rest.quotientAndRemainder(dividingBy: strideY)
        func visit(_ neighbor: Int, _ inside: Bool) {
          guard inside, waiting[neighbor] else { return }
          waiting[neighbor] = false
          members.append(neighbor)
        }
        visit(offset - 1, x > 0)
        visit(offset + 1, x + 1 < shape.x)
        visit(offset - strideY, y > 0)
        visit(offset + strideY, y + 1 < shape.y)
        visit(offset - strideZ, z > 0)
        visit(offset + strideZ, z + 1 < shape.z)
      }
      components.append(members)
    }
    let weights = components.map { members in members.reduce(0) { $0 + Double(voxels[$1]) } }
    return components.indices.sorted { weights[$0] > weights[$1] }.map { components[$0] }
  }

  /// This volume with everything but its largest component set to zero.
  public func keepingLargestComponent(above threshold: Float) -> Volume {
    guard let largest = connectedComponents(above: threshold).first else { return map { _ in 0 } }
    var result = Volume(repeating: 0, grid: grid)
    for offset in largest { result.voxels[offset] = voxels[offset] }
    return result
  }
}
