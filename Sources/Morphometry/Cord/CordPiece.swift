import Volumes

/// Voxels of a mask that touch.
struct CordPiece: Sendable {
  /// Fewest slices of a piece that shows a direction of its own.
  private static let fewestSlices = 3
  /// Length of the end that faces the gap, mm: farther on, the cord has bent away from a straight line.
  private static let facing = 10.0
  /// How far a piece beyond a gap may lie beside the curve's straight continuation, mm per mm of the gap: a cord that bends with a radius of 60 mm over
  /// a gap of 60 mm.
  private static let cone = 0.5
  /// How many times larger or smaller than the first piece's its cross-section may be: T3 has half the area of C4, half of the voxels may be lost.
  private static let largestRatio = 4.0

  let voxels: [CordVoxel]
  /// Lowest to highest slice.
  let levels: ClosedRange<Int>
  /// Sum of the voxels' shares.
  let occupancy: Double

  init(_ voxels: [CordVoxel]) {
    (self.voxels, levels) = (voxels, voxels.levelRange)
    occupancy = voxels.reduce(0) { $0 + $1.occupancy }
  }

  /// Slices between this piece and others, 0 where they overlap.
  func gap(to others: ClosedRange<Int>) -> Int { max(levels.lowerBound - others.upperBound, others.lowerBound - levels.upperBound, 0) }

  /// Mean distance of the piece's voxels from a curve, mm; farther ones count as `limit`.
  func meanDistance(from centerline: Centerline, upTo limit: Double = .infinity) -> Double {
    voxels.reduce(0) { $0 + $1.occupancy * min(centerline.distance(to: $1), limit) } / occupancy
  }

  /// Whether the cord goes on in this piece after a gap: it lies before one of the cord's ends and is like a cord itself.
  ///
  /// - Parameters:
  ///   - centerline: The curve of the cord found so far.
  ///   - span: Its slices.
  ///   - radius: Farthest tissue from the centerline, mm.
  ///   - seed: The piece that the search began with.
  func goesOn(from centerline: Centerline, span: ClosedRange<Int>, radius: Double, seed: [CordVoxel]) -> Bool {
    let gap = Double(gap(to: span)) * centerline.slicing.spacing
    guard gap > 0, levels.count >= Self.fewestSlices else { return false }
    let reach = max(Self.fewestSlices, Int(Self.facing / centerline.slicing.spacing))
    let isAbove = levels.lowerBound > span.upperBound
    let end = CordPiece(
      voxels.filter { isAbove ? $0.level < levels.lowerBound + reach : $0.level > levels.upperBound - reach })
    guard end.meanDistance(from: centerline) < Cord.pieceDistance * radius + Self.cone * gap else { return false }
    let own = Centerline(through: voxels, slicing: centerline.slicing)
    guard meanDistance(from: own) < Cord.pieceDistance * radius else { return false }
    let ratio = occupancy / Double(levels.count) / (seed.reduce(0) { $0 + $1.occupancy } / Double(seed.levelRange.count))
    return ratio < Self.largestRatio && ratio > 1 / Self.largestRatio
  }

  /// What is said of this piece where it is not cord.
  func leftOut(by centerline: Centerline, voxelVolume: Double) -> LeftOut {
    let ends = [levels.lowerBound, levels.upperBound].map(centerline.slicing.slice(ofLevel:))
    return LeftOut(
      slices: ends.min()!...ends.max()!, volume: occupancy * voxelVolume, distance: meanDistance(from: centerline))
  }
}
