import Morphometry
import Registration
import Volumes

/// The soft ground truth as a measurement: the outline that all contrasts agree on, integrated over the voxels of each grid.
///
/// 1. ``Preparation``: each contrast's motion from gray levels, each slice's cord onto the reference's axis, each slice's outline.
/// 2. ``ContrastNorms``: how large each contrast's masks run, and which contrasts are not like the others.
/// 3. This: the consensus outline along the cord, and the fraction of every voxel that lies in it.
public struct RefinedRecipe: Sendable {
  public let person: Preparation
  private let model: CordModel
  private let used: [PreparedContrast]
  /// Contour offset of each used contrast against the consensus, mm.
  public let offsets: [String: Double]

  /// Finds the consensus of a person's agreeing contrasts.
  ///
  /// - Returns: `nil` where no contrast is left.
  public init?(_ person: Preparation, norms: ContrastNorms) {
    used = person.contrasts.filter { $0.disagreement == nil }
    guard !used.isEmpty else { return nil }
    let consensus = Consensus(norms.masks(used) + norms.images(used))
    self.person = person
    offsets = Dictionary(uniqueKeysWithValues: zip(used.map(\.name), consensus.offsets))
    model = CordModel(axis: person.axis, consensus: consensus)
  }

  /// The soft mask of a contrast on its own grid; `nil` where the contrast was left out.
  ///
  /// Its coverage is the share of the used contrasts that saw the slice's cord.
  public func truth(of name: String, on grid: Grid) -> SoftTruth? {
    guard let contrast = used.first(where: { $0.name == name }) else { return nil }
    let axis = Slicing(of: grid).axis
    let soft = model.occupancy(on: grid, sliceAxis: axis) { contrast.alignment.affine(slice: $0) }
    return SoftTruth(name: name, soft: soft, coverage: coverage(of: contrast, on: grid), alignment: contrast.alignment)
  }

  private func coverage(of contrast: PreparedContrast, on grid: Grid) -> Volume {
    let slicing = Slicing(of: grid)
    let shares = (0..<slicing.count).map { slice -> Float in
      var index = (SIMD3<Double>(grid.shape) - 1) / 2
      index[slicing.axis] = Double(slice)
      let affine = contrast.alignment.affine(slice: slice)
      guard let place = person.axis.crossing(of: affine(grid.world(index)), normal: affine.linear(slicing.normal)) else { return 0 }
      let seen = used.count { other in other.sections.contains { abs($0.place - place) <= $0.length / 2 + 1e-6 } }
      return Float(seen) / Float(used.count)
    }
    var result = Volume(repeating: 0, grid: grid)
    for i in result.voxels.indices {
      let index = SIMD3(i % grid.shape.x, i / grid.shape.x % grid.shape.y, i / (grid.shape.x * grid.shape.y))
      result.voxels[i] = shares[index[slicing.axis]]
    }
    return result
  }
}
