import Volumes

extension Preprocessing {
  /// Refuses masks and maps of labels that are taken for scans. A scan of few gray levels is none of these: its levels lie in many pieces.
  ///
  /// - Throws: ``PreprocessingError/mask(what:)``.
  public static func checkIsScan(_ image: Volume) throws(PreprocessingError) {
    if image.voxels.allSatisfy({ (0...1).contains($0) }) {
      if let what = image.maskOfFractions { throw .mask(what: what) }
    }
    if let what = image.mapOfLabels { throw .mask(what: what) }
  }
}

extension Volume {
  /// What a volume of values in 0…1 is called if it is a mask: hardly anything but zeros and what is nearly 1.
  fileprivate var maskOfFractions: String? {
    let (zeros, held) = (voxels.count { $0 == 0 }, voxels.count { $0 > 0.001 })
    guard zeros > voxels.count * 4 / 5, held > 0, voxels.count(where: { $0 > 0.9 }) > held / 5 else { return nil }
    return voxels.allSatisfy { $0 == 0 || $0 == 1 } ? "a binary mask (0 and 1 alone)" : "a soft mask (fractions of 0 to 1, most of them 0)"
  }

  /// What a volume of few whole numbers is called if they are labels: most voxels are 0, and the others lie in a few pieces of one number each.
  fileprivate var mapOfLabels: String? {
    let most = 256
    var labels: Set<Float> = []
    for value in voxels where value != 0 && !labels.contains(value) {
      guard value == value.rounded(), labels.count < most else { return nil }
      labels.insert(value)
    }
    let held = voxels.count { $0 != 0 }
    guard held > 0, held < voxels.count else { return nil }
    if labels.count == 1 { return "a binary mask (0 and \(Int(labels.first!)) alone)" }
    guard held < voxels.count * 2 / 5 else { return nil }
    // Gray levels of a scan fall into hundreds of pieces.
    guard let pieces = pieces(atMost: 4 * labels.count + 4) else { return nil }
    return "a map of labels (\(labels.count) whole numbers, \(Int(labels.min()!)) to \(Int(labels.max()!)), in \(pieces) pieces)"
  }

  /// How many pieces of equal voxels there are, zeros aside; `nil` for more than so many.
  private func pieces(atMost most: Int) -> Int? {
    let (strideY, strideZ) = (grid.shape.x, grid.shape.x * grid.shape.y)
    var waiting = voxels.map { $0 != 0 }
    var count = 0
    for seed in waiting.indices where waiting[seed] {
      count += 1
      guard count <= most else { return nil }
      waiting[seed] = false
      var members = [seed]
      while let offset = members.popLast() {
        let (z, rest) = offset.quotientAndRemainder(dividingBy: strideZ)
        let (y, x) = rest.quotientAndRemainder(dividingBy: strideY)
        func visit(_ neighbor: Int, _ inside: Bool) {
          guard inside, waiting[neighbor], voxels[neighbor] == voxels[seed] else { return }
          waiting[neighbor] = false
          members.append(neighbor)
        }
        visit(offset - 1, x > 0)
        visit(offset + 1, x + 1 < grid.shape.x)
        visit(offset - strideY, y > 0)
        visit(offset + strideY, y + 1 < grid.shape.y)
        visit(offset - strideZ, z > 0)
        visit(offset + strideZ, z + 1 < grid.shape.z)
      }
    }
    return count
  }
}
