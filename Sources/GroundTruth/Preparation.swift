import Foundation
import Morphometry
import Registration
import Volumes

/// One contrast brought into the reference's world.
public struct PreparedContrast: Sendable, Codable {
  public let name: String
  public var alignment: Alignment
  /// Mutual information with the reference near the cord, nats; `nil` without images and for the reference itself.
  public let similarity: Double?
  /// Distance between where gray levels and masks put the cord, mm.
  public let imageDistance: Double?
  /// The outline that the mask shows.
  public var sections: [Section]
  /// The outline that the image shows; none where what it shows there is not the cord's edge.
  public var edges: [Section] = []
  /// How far the image's edges lie from where all contrasts together put the outline, mm; `nil` without an image.
  public var edgeDistance: Double?
  /// What is wrong with the contrast by itself or against the reference.
  public var disagreement: Disagreement?
}

/// A person's contrasts in the reference's world: all that later steps need to know of the scans.
public struct Preparation: Sendable, Codable {
  /// Fewest slices of a mask that tell where the cord goes.
  public static let fewestSlices = 4
  /// A slice that lies farther from the drift of its neighbours has jumped out of the cord, mm: people move less, a cord's half width is 4.
  static let farthestStep = 3.0
  /// Farthest that gray levels may put the cord from the mask, mm.
  static let farthestImage = 3.0
  /// Least share of the cord in the image's field of view that a mask must cover.
  static let leastShare = 0.75

  public let reference: String
  let axis: CordCourse
  public var contrasts: [PreparedContrast]

  /// Registers a person's contrasts.
  ///
  /// Where more than half of the others disagree with the reference, the reference is the one that is wrong, and another takes its place.
  ///
  /// - Parameters:
  ///   - scans: At least two contrasts, in any order.
  ///   - reference: Name of the contrast in whose world the others are brought.
  /// - Throws: ``Disagreement`` of the last candidate where none can serve as a reference.
  public init(_ scans: [ContrastScan], reference: String) throws {
    // The next best reference has the thinnest slices and the longest cord.
    let others = scans.map(\.name).filter { $0 != reference }.sorted { a, b in
      func rank(_ name: String) -> Double {
        let grid = scans.first { $0.name == name }!.mask.grid
        return Slicing(of: grid).spacing * grid.voxelVolume.squareRoot()
      }
      return (rank(a), a) < (rank(b), b)
    }
    var best: Preparation?
    var failure = Disagreement.empty
    for candidate in [reference] + others where scans.contains(where: { $0.name == candidate }) {
      do {
        let preparation = try Preparation(scans, onto: candidate)
        let found = preparation.found
        if best.map({ found > $0.found }) ?? true { best = preparation }
        if found * 2 >= scans.count { break }
      } catch let error as Disagreement {
        failure = error
      }
    }
    guard let best else { throw failure }
    self = best
  }

  /// How many contrasts agree; none where the reference is wrong in itself.
  private var found: Int {
    contrasts.first { $0.name == reference }?.disagreement == nil ? contrasts.count { $0.disagreement == nil } : 0
  }

  private init(_ scans: [ContrastScan], onto reference: String) throws {
    let fixed = scans.first { $0.name == reference }!
    let fixedSlices = MaskSlice.whole(of: fixed.mask)
    guard !fixedSlices.isEmpty else { throw Disagreement.empty }
    guard fixedSlices.count >= Self.fewestSlices, let axis = CordCourse(through: fixedSlices) else {
      throw Disagreement.short(slices: fixedSlices.count)
    }
    (self.reference, self.axis) = (reference, axis)
    contrasts = scans.map { scan in
      let isReference = scan.name == reference
      let slices = isReference ? fixedSlices : MaskSlice.whole(of: scan.mask)
      let count = Slicing(of: scan.mask.grid).count
      func left(_ why: Disagreement) -> PreparedContrast {
        PreparedContrast(
          name: scan.name, alignment: .identity(slices: count), similarity: nil, imageDistance: nil, sections: [], disagreement: why)
      }
      if slices.isEmpty { return left(.empty) }
      if slices.count < Self.fewestSlices { return left(.short(slices: slices.count)) }
      let registration = CordRegistration(
        slices: slices, grid: scan.mask.grid, moving: isReference ? nil : scan.image, axis: axis, fixed: fixed.image)
      // The reference defines the world: only its wander against the smooth axis is looked at.
      let alignment = isReference ? .identity(slices: count) : registration.alignment
      let sections = Section.all(of: scan.mask, slices: slices, alignment: alignment, axis: axis)
      return PreparedContrast(
        name: scan.name, alignment: alignment, similarity: registration.similarity, imageDistance: registration.imageDistance,
        sections: sections, disagreement: Self.fault(registration, slices: slices, sections: sections, grid: scan.mask.grid, axis: axis))
    }
    examineReference(scans, fixedSlices)
    findEdges(in: scans)
  }

  /// Finds a reference whose mask ends where others go on in its field of view.
  private mutating func examineReference(_ scans: [ContrastScan], _ slices: [MaskSlice]) {
    guard let index = contrasts.firstIndex(where: { $0.name == reference }), contrasts[index].disagreement == nil,
      let first = slices.first, let last = slices.last
    else { return }
    let reaches = contrasts.indices.filter { $0 != index && !contrasts[$0].sections.isEmpty }.map { k in
      let alignment = contrasts[k].alignment
      return MaskSlice.whole(of: scans[k].mask).map { alignment.affine(slice: $0.slice)($0.center).z }
    }
    let slicing = Slicing(of: scans[index].mask.grid)
    let held = Set(slices.map(\.slice))
    var (seen, covered) = (0, 0)
    for slice in 0..<slicing.count {
      // Beyond its ends the mask does not tell where the cord is, but how high the slice is.
      let nearest = slice <= first.slice ? first : last
      let rise = Double(slice - nearest.slice) * slicing.spacing * (slicing.descends ? -1 : 1) * slicing.normal.z
      let height = nearest.center.z + rise
      let shown = reaches.contains { reach in (reach.min() ?? .infinity) <= height && height <= (reach.max() ?? -.infinity) }
      guard shown || held.contains(slice) else { continue }
      seen += 1
      if held.contains(slice) { covered += 1 }
    }
    let share = Double(covered) / Double(max(seen, 1))
    if share < Self.leastShare { contrasts[index].disagreement = .partial(share: share) }
  }

  private static func fault(
    _ registration: CordRegistration, slices: [MaskSlice], sections: [Section], grid: Grid, axis: CordCourse
  ) -> Disagreement? {
    // Beyond the reference's cord nothing is known of the way that the cord takes.
    let places = Dictionary(uniqueKeysWithValues: sections.map { ($0.slice, $0.place) })
    let jumped = registration.steps.filter { step in
      step.value > farthestStep && places[step.key].map { axis.range.contains($0) } ?? true
    }
    if let first = jumped.keys.min(), let last = jumped.keys.max() {
      return .jumped(slices: first...last, distance: jumped.values.max()!)
    }
    if let distance = registration.imageDistance, distance > farthestImage { return .misplaced(distance: distance) }
    // Slices in the field of view between the first and last place where the reference knows the cord.
    let slicing = Slicing(of: grid)
    let held = Set(slices.map(\.slice))
    var (seen, covered) = (0, 0)
    for slice in 0..<slicing.count {
      var index = (SIMD3<Double>(grid.shape) - 1) / 2
      index[slicing.axis] = Double(slice)
      let affine = registration.alignment.affine(slice: slice)
      guard let place = axis.crossing(of: affine(grid.world(index)), normal: affine.linear(slicing.normal)) else { continue }
      let center = grid.affine.inverse(affine.inverse(axis(place).center))
      let inside = (0..<3).allSatisfy { $0 == slicing.axis || (center[$0] > 0 && center[$0] < Double(grid.shape[$0] - 1)) }
      guard inside, axis.range.contains(place) else { continue }
      seen += 1
      if held.contains(slice) { covered += 1 }
    }
    guard seen > 0 else { return .apart }
    let share = Double(covered) / Double(seen)
    return share < leastShare ? .partial(share: share) : nil
  }
}
