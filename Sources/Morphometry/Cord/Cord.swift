import Volumes

/// A voxel that holds cord.
struct CordVoxel: Sendable {
  /// Slice counted from the feet.
  var level: Int
  /// Place in the slice, in voxels of the mask in RAS.
  var column, row: Int
  /// World position of the voxel's center, mm.
  var point: SIMD3<Double>
  /// Share of the voxel that is cord.
  var occupancy: Double
  /// Whether it lies at a side of the image, so that the cord may go on outside.
  var isAtSide: Bool
}

/// Something in a mask that is not cord.
public struct LeftOut: Sendable, Hashable {
  /// First to last slice that it touches.
  public let slices: ClosedRange<Int>
  /// mm³.
  public let volume: Double
  /// Mean distance from the centerline, which goes straight on beyond the cord, mm.
  public let distance: Double
}

/// The voxels of a mask that are cord, and their centerline.
///
/// A mask may hold more than the cord: islands elsewhere, a faint tail. The cord is found from the inside out:
/// 1. background is left out (``MaskContent``); the other voxels form pieces that touch;
/// 2. a first curve follows the largest piece above half of the maximum;
/// 3. a piece is cord when its mean distance from the curve is below ``pieceDistance`` of `radius` and it starts within ``nearGap`` of
///    the cord found so far; of such pieces, voxels up to `radius` from the curve count;
/// 4. so is the nearest piece beyond, as after metal or between two slabs, that is itself like a cord and goes on within a cone about the curve's
///    direction (``CordPiece``); the curve is fitted again, until no piece joins or leaves.
struct Cord: Sendable {
  /// Largest mean distance of a piece of cord from the centerline, as a part of the farthest: a filled disc has two thirds of its radius.
  static let pieceDistance = 0.6
  /// Longest stretch without cord over which any piece near the curve is cord, mm.
  static let nearGap = 30.0
  /// Rounds of fitting; two or three are the rule, and each piece beyond a gap needs one.
  private static let mostRounds = 24
  /// Values this near to the usual one are the same, as a part of it; and the share of voxels that may differ in a binary mask: those of one slice that
  /// somebody edited.
  private static let (sameValue, fewVoxels) = (0.02, 0.01)

  /// The cord's voxels, from the feet to the head.
  let levels: [[CordVoxel]]
  let centerline: Centerline
  /// Whether all but a few voxels of the cord have the same value, so that the mask says where voxel centers are, not shares.
  let isBinary: Bool
  /// For each slice, whether it holds something that is not cord: at least half a voxel.
  let holdsOther: [Bool]
  /// What is not cord, of half a voxel and more, largest first.
  let leftOut: [LeftOut]
  /// Value of the haze around the cord; `nil` without.
  let haze: Float?

  /// - Parameters:
  ///   - radius: Farthest tissue from the centerline, mm.
  ///   - slicing: The slices across the cord; `nil` is what the header says.
  init(_ mask: Volume, radius: Double = MeasurementSettings.cordRadius, slicing: Slicing? = nil) throws(MorphometryError) {
    let slicing = slicing ?? Slicing(of: mask.grid)
    let content = try MaskContent(mask, slicing: slicing)
    let seed = content.seed
    var centerline = Centerline(through: seed, slicing: slicing)
    haze = content.haze(around: centerline, radius: radius)
    let pieces = try content.pieces(above: max(MaskContent.faint * content.maximum, 1.25 * (haze ?? 0))).map(CordPiece.init)
    var span = seed.levelRange
    var chosen: [Int] = []
    var voxels = seed
    for _ in 0..<Self.mostRounds {
      let before = chosen
      chosen = pieces.indices.filter { index in
        let piece = pieces[index]
        guard Double(piece.gap(to: span)) * slicing.spacing <= Self.nearGap || index == 0 else { return false }
        return piece.meanDistance(from: centerline, upTo: 2 * radius) < Self.pieceDistance * radius || index == 0
      }
      voxels = chosen.flatMap { index in pieces[index].voxels.filter { centerline.distance(to: $0) <= radius } }
      let beyond = pieces.indices.filter {
        !chosen.contains($0) && pieces[$0].goesOn(from: centerline, span: span, radius: radius, seed: seed)
      }
      if let next = beyond.min(by: { pieces[$0].gap(to: span) < pieces[$1].gap(to: span) }) {
        chosen = (chosen + [next]).sorted()
        voxels += pieces[next].voxels
      }
      centerline = Centerline(through: voxels, slicing: slicing)
      span = voxels.levelRange
      if chosen == before { break }
    }
    var levels = [[CordVoxel]](repeating: [], count: slicing.count)
    for voxel in voxels { levels[voxel.level].append(voxel) }
    (self.levels, self.centerline) = (levels, centerline)
    var others = [Double](repeating: 0, count: slicing.count)
    for piece in pieces { for voxel in piece.voxels { others[voxel.level] += voxel.occupancy } }
    for voxel in voxels { others[voxel.level] -= voxel.occupancy }
    holdsOther = others.map { $0 >= 0.5 }
    leftOut = pieces.indices.filter { !chosen.contains($0) && pieces[$0].occupancy >= 0.5 }
      .map { pieces[$0].leftOut(by: centerline, voxelVolume: mask.grid.voxelVolume) }.sorted { $0.volume > $1.volume }
    let usual = voxels.map(\.occupancy).sorted()[voxels.count / 2]
    let unusual = voxels.count { abs($0.occupancy - usual) > Self.sameValue * usual }
    isBinary = Double(unusual) <= Self.fewVoxels * Double(voxels.count)
  }

  /// Whether the cord comes in several pieces in a slice: voxels above half of the slice's maximum that do not touch.
  func forks(level: Int) -> Bool {
    let sure = 0.5 * (levels[level].map(\.occupancy).max() ?? 0)
    var waiting = Set(levels[level].filter { $0.occupancy > sure }.map { SIMD2($0.column, $0.row) })
    let total = waiting.count
    var sizes: [Int] = []
    while let seed = waiting.popFirst() {
      var members = [seed]
      var next = 0
      while next < members.count {
        // Corners touch: a steep sheet of one voxel is no fork.
        for x in -1...1 { for y in -1...1 { if let found = waiting.remove(members[next] &+ SIMD2(x, y)) { members.append(found) } } }
        next += 1
      }
      sizes.append(members.count)
    }
    return sizes.filter { 10 * $0 >= total }.count > 1
  }

  /// How sure the mask is of a slice, 0...1: the median of the voxels inside the cord, whose eight neighbours are more cord than not; the
  /// slice's largest value where no voxel lies inside. A mask that fades along the cord is unsure there as a whole, not only at its edge.
  func confidence(level: Int) -> Double {
    let most = Set(levels[level].filter { $0.occupancy > 0.5 }.map { SIMD2($0.column, $0.row) })
    let inside = levels[level].filter { voxel in
      (-1...1).allSatisfy { x in (-1...1).allSatisfy { y in most.contains([voxel.column + x, voxel.row + y]) } }
    }.map(\.occupancy).sorted()
    return inside.isEmpty ? levels[level].map(\.occupancy).max() ?? 0 : inside[inside.count / 2]
  }
}

extension [CordVoxel] {
  /// Lowest to highest slice.
  var levelRange: ClosedRange<Int> {
    var (low, high) = (Int.max, Int.min)
    for voxel in self { (low, high) = (Swift.min(low, voxel.level), Swift.max(high, voxel.level)) }
    return low...Swift.max(low, high)
  }
}
