import Foundation
import Morphometry
import Numerics
import Registration
import Volumes

/// Where the gray levels of one slice put the cord's edge, near an outline that is known already.
///
/// Within a few mm of the outline there are two tissues, each of them changing slowly around the cord, that meet at the outline moved along
/// its normal. What a voxel shows is its share of the two, through the point spread. The way that the outline moves is found by least
/// squares (Gauss and Newton), held back by how far it may be expected to be off.
struct EdgeFit {
  /// Highest wave around the cord of the way: raters' errors are slow.
  private static let order = 4
  /// Waves of the gray levels inside and outside.
  private static let (inside, outside) = (3, 5)
  /// What is looked at inside and outside of the outline, mm: further out other tissues come.
  static let (depth, height) = (2.0, 1.5)
  /// How far each wave of the outline is expected to be off, mm.
  private static let expected = 0.3
  /// SD of the point spread besides the voxel's own width, in voxels.
  private static let pointSpread = 0.45
  private static let rounds = 6

  /// A voxel near the outline.
  struct Sample {
    var level: Double
    /// Signed distances from the outline at some depths of the slice, mm.
    var distances: [Double]
    /// Waves at its angle.
    var waves: [Double]
  }

  /// Coefficients of the way outwards at each angle, mm.
  private(set) var shift = [Double](repeating: 0, count: 2 * EdgeFit.order + 1)
  /// Variance of the way, mean over the angles, mm².
  private(set) var variance = 0.0

  /// - Parameter pixel: Side of a voxel across the cord, mm.
  /// - Returns: `nil` where the voxels do not tell.
  init?(_ samples: [Sample], pixel: Double) {
    let width = pixel * (1.0 / 12 + Self.pointSpread * Self.pointSpread).squareRoot()
    let (ways, levels) = (shift.count, Self.inside + Self.outside)
    guard samples.count > 2 * (ways + levels) else { return nil }
    for _ in 0..<Self.rounds {
      // Shares and how they change with the way.
      let shares = samples.map { sample -> (share: Double, slope: Double) in
        let way = zip(shift, sample.waves).reduce(0) { $0 + $1.0 * $1.1 }
        var (share, slope) = (0.0, 0.0)
        for distance in sample.distances {
          let z = (distance - way) / width
          share += erfc(z / 2.0.squareRoot()) / 2
          slope += exp(-z * z / 2)
        }
        let n = Double(sample.distances.count)
        return (share / n, slope / n / (width * (2 * .pi).squareRoot()))
      }
      func row(_ k: Int) -> [Double] {
        samples[k].waves.prefix(Self.inside).map { $0 * shares[k].share }
          + samples[k].waves.prefix(Self.outside).map { $0 * (1 - shares[k].share) }
      }
      var tissues = LeastSquares(unknowns: levels)
      for (k, sample) in samples.enumerated() { tissues.add(row(k), sample.level) }
      guard let tissue = tissues.solved()?.values else { return nil }
      let rests = samples.indices.map { k in samples[k].level - zip(row(k), tissue).reduce(0) { $0 + $1.0 * $1.1 } }
      let noise = (rests.reduce(0) { $0 + $1 * $1 } / Double(samples.count - ways - levels)).squareRoot()
      guard noise > 0 else { return nil }
      var joint = LeastSquares(unknowns: ways + levels)
      for (k, sample) in samples.enumerated() {
        let inner = zip(sample.waves, tissue.prefix(Self.inside)).reduce(0) { $0 + $1.0 * $1.1 }
        let outer = zip(sample.waves, tissue.suffix(Self.outside)).reduce(0) { $0 + $1.0 * $1.1 }
        let rate = shares[k].slope * (inner - outer) / noise
        joint.add(sample.waves.map { $0 * rate } + row(k).map { $0 / noise }, rests[k] / noise)
      }
      for k in 0..<ways {
        var row = [Double](repeating: 0, count: ways + levels)
        row[k] = 1 / Self.expected
        joint.add(row, -shift[k] / Self.expected)
      }
      guard let (steps, variances) = joint.solved() else { return nil }
      for k in 0..<ways { shift[k] += min(max(steps[k], -Self.expected), Self.expected) }
      variance = variances[0] + variances[1..<ways].reduce(0, +) / 2
    }
    guard variance.isFinite, shift.allSatisfy(\.isFinite) else { return nil }
  }

  /// Root mean square of the way, mm.
  var size: Double { (shift[0] * shift[0] + shift.dropFirst().reduce(0) { $0 + $1 * $1 } / 2).squareRoot() }
}

extension Section {
  /// Parts of a thick slice at which its distance from the outline is looked at.
  private static let depths = 5
  /// Edges that lie farther from the outline than this in the middle are of something else, mm.
  private static let farthestEdge = 0.35

  /// The cord's outline as an image shows it.
  ///
  /// - Parameters:
  ///   - image: Gray levels.
  ///   - alignment: Where its slices lie in the reference world.
  ///   - model: An outline near it.
  ///   - consensus: The same.
  /// - Returns: Sections where all of the cord's surroundings lie in the field of view, and how far they are from the outline, mm; no
  ///   sections where what the image shows is too far away to be the cord's edge.
  static func edges(
    in image: Volume, alignment: Alignment, model: CordModel, consensus: Consensus
  ) -> (sections: [Section], distance: Double?) {
    let slicing = Slicing(of: image.grid)
    let grid = image.grid
    let others = [0, 1, 2].filter { $0 != slicing.axis }
    let parts = slicing.spacing >= SliceAlignment.singleSlice ? depths : 1
    let offsets = (0..<parts).map { slicing.normal * (slicing.spacing * ((Double($0) + 0.5) / Double(parts) - 0.5)) }
    var (sections, sizes): ([Section], [Double]) = ([], [])
    for slice in 0..<slicing.count {
      let affine = alignment.affine(slice: slice)
      var index = (SIMD3<Double>(grid.shape) - 1) / 2
      index[slicing.axis] = Double(slice)
      let normal = affine.linear(slicing.normal)
      guard let place = model.axis.crossing(of: affine(grid.world(index)), normal: normal), model.range.contains(place) else { continue }
      let middle = grid.affine.inverse(affine.inverse(model.axis(place).center))
      let reach = others.map { (model.widest + EdgeFit.height + 1) / grid.spacing[$0] }
      let (low, high) = (others.indices.map { middle[others[$0]] - reach[$0] }, others.indices.map { middle[others[$0]] + reach[$0] })
      guard others.indices.allSatisfy({ low[$0] >= 0 && high[$0] <= Double(grid.shape[others[$0]] - 1) }) else { continue }
      let shifts = offsets.map(affine.linear)
      var samples: [EdgeFit.Sample] = []
      for b in Int(low[1])...Int(high[1].rounded(.up)) {
        for a in Int(low[0])...Int(high[0].rounded(.up)) {
          var index = SIMD3<Int>(repeating: slice)
          (index[others[0]], index[others[1]]) = (a, b)
          let point = affine(grid.world(SIMD3<Double>(index)))
          let position = model.position(of: point, guess: place)
          guard position.distance > -EdgeFit.depth, position.distance < EdgeFit.height else { continue }
          let angle = atan2(position.across.y, position.across.x)
          let distances = parts == 1 ? [position.distance] : shifts.map { model.position(of: point + $0, guess: place).distance }
          let level = Double(image[index.x, index.y, index.z])
          guard level.isFinite else { continue }
          samples.append(.init(level: level, distances: distances, waves: Contour.wave(at: angle)))
        }
      }
      guard let fit = EdgeFit(samples, pixel: slicing.pixelArea.squareRoot()) else { continue }
      let outline = consensus(place)
      let change = outline.change(by: fit.shift)
      sizes.append(fit.size)
      sections.append(
        Section(
          slice: slice, place: place, length: slicing.spacing / max(abs(normal.dot(model.axis(place).tangent)), 0.2),
          contour: Contour(zip(outline.coefficients, change.coefficients).map(+)), variance: fit.variance))
    }
    if sizes.isEmpty { return ([], nil) }
    return (sizes.medianOrZero <= farthestEdge ? sections : [], sizes.medianOrZero)
  }
}
