import Volumes

/// Where vertebral levels lie along a cord. Level n reaches from disc n to disc n + 1.
///
/// Levels are cut by planes perpendicular to the centerline, wherever these pass through the slices. Where a disc between two others
/// is missing, the levels beside it are not told apart. Beyond the outermost disc the next level goes on to the cord's end, but no
/// farther than its neighbour is long; it is incomplete.
public struct LevelMap: Sendable {
  /// Number and place of each known disc, from the head down.
  public let discs: [(number: Int, place: Double)]
  /// Standard errors of the discs' places, mm, by number, where they are known.
  public private(set) var errors: [Int: Double] = [:]
  /// How far the levels above the first and below the last disc reach.
  private let openEnds: ClosedRange<Double>
  /// How far a known disc may lie beyond the end of the cord that it still bounds a complete level, mm.
  private let tolerance: Double

  /// A piece of the cord.
  public struct Piece: Sendable, Hashable {
    /// Places of its ends, within the cord.
    public let places: ClosedRange<Double>
    /// Whether both ends are known and within the cord.
    public let isComplete: Bool
  }

  /// Length of a level that no neighbour tells, mm.
  private static let usualLength = 15.0

  /// Levels from labels of discs: single voxels, or whole discs.
  ///
  /// - Parameters:
  ///   - labels: Voxels of discs; other labels are ignored.
  ///   - numbering: How they are numbered; `nil` is what the labels tell.
  ///   - axis: The cord.
  /// - Throws: ``LevelError``.
  public init(discs labels: Labels, numbering: LabelNumbering? = nil, on axis: CordAxis) throws(LevelError) {
    let numbering = try labels.numbering(numbering)
    var discs: [(number: Int, place: Double)] = []
    for (label, points) in labels.points.sorted(by: { $0.key < $1.key }) {
      guard let number = numbering.disc(label) else { continue }
      let name = Self.discName(number)
      let (place, distance) = try labels.place(of: points, name, on: axis)
      // Labels of the whole spine go far beyond a scan of the neck, where the cord's way is not known.
      let beyond = max(axis.extent.lowerBound - place, place - axis.extent.upperBound)
      if beyond > CordAxis.reach / 4 { continue }
      guard distance <= Labels.farthest else { throw .offTheCord(name: name, distance: distance, limit: Labels.farthest) }
      if let last = discs.last, place <= last.place { throw .outOfOrder(upper: Self.discName(last.number), lower: name) }
      discs.append((number, place))
    }
    guard let first = discs.first, let last = discs.last else { throw .noLabels(expected: "a disc beside the cord") }
    func length(_ pair: ArraySlice<(number: Int, place: Double)>) -> Double {
      guard pair.count == 2, let upper = pair.first, let lower = pair.last else { return Self.usualLength }
      return (lower.place - upper.place) / Double(lower.number - upper.number)
    }
    self.init(
      discs: discs, openEnds: first.place - length(discs.prefix(2))...last.place + length(discs.suffix(2)), tolerance: labels.voxelHeight)
  }

  /// Levels between discs whose places are known.
  ///
  /// - Parameters:
  ///   - places: Number, place along the cord and standard error of the place, mm, from the head down.
  ///   - tolerance: How far beyond the cord's end a disc may lie that still bounds a complete level, mm.
  /// - Throws: ``LevelError`` where there is no disc, or discs are out of order.
  public init(places: [(number: Int, place: Double, error: Double)], tolerance: Double) throws(LevelError) {
    guard let first = places.first, let last = places.last else { throw .noLabels(expected: "a disc beside the cord") }
    for (upper, lower) in zip(places, places.dropFirst()) where lower.number <= upper.number || lower.place <= upper.place {
      throw .outOfOrder(upper: Self.discName(upper.number), lower: Self.discName(lower.number))
    }
    func length(_ pair: ArraySlice<(number: Int, place: Double, error: Double)>) -> Double {
      guard pair.count == 2, let upper = pair.first, let lower = pair.last else { return Self.usualLength }
      return (lower.place - upper.place) / Double(lower.number - upper.number)
    }
    self.init(
      discs: places.map { ($0.number, $0.place) }, openEnds: first.place - length(places.prefix(2))...last.place + length(places.suffix(2)),
      tolerance: tolerance)
    errors = Dictionary(uniqueKeysWithValues: places.map { ($0.number, $0.error) })
  }

  /// The same levels with standard errors of the discs' places, mm, by number.
  public func with(errors: [Int: Double]) -> LevelMap {
    var map = self
    map.errors = errors
    return map
  }

  init(discs: [(number: Int, place: Double)], openEnds: ClosedRange<Double>, tolerance: Double) {
    (self.discs, self.openEnds, self.tolerance) = (discs, openEnds, tolerance)
  }

  /// The level at a place; `nil` where it is not known.
  public func level(at place: Double) -> Int? {
    guard let first = discs.first, let last = discs.last else { return nil }
    if place < first.place { return place >= openEnds.lowerBound && first.number > 1 ? first.number - 1 : nil }
    if place >= last.place { return place <= openEnds.upperBound ? last.number : nil }
    let below = discs.firstIndex { $0.place > place }!
    return discs[below].number == discs[below - 1].number + 1 ? discs[below - 1].number : nil
  }

  /// All levels that reach into a piece of cord, also those that are not told apart.
  public func levels(within extent: ClosedRange<Double>) -> [Int] {
    guard let first = discs.first, let last = discs.last else { return [] }
    return (max(first.number - 1, 1)...last.number).filter { level in
      if let piece = piece(ofLevels: level...level, within: extent) {
        // A level that only the label's own size brings into the cord is none.
        let enough = min(tolerance, (extent.upperBound - extent.lowerBound) / 2)
        return piece.places.upperBound - piece.places.lowerBound > enough
      }
      guard let above = discs.last(where: { $0.number <= level }), let below = discs.first(where: { $0.number > level }) else {
        return false
      }
      return below.number > above.number + 1 && (above.place...below.place).overlaps(extent)
    }
  }

  /// Where a range of levels lies.
  ///
  /// - Parameters:
  ///   - levels: First to last level.
  ///   - extent: The cord.
  /// - Returns: `nil` when an end is not known or the levels lie outside the cord.
  public func piece(ofLevels levels: ClosedRange<Int>, within extent: ClosedRange<Double>) -> Piece? {
    guard let first = discs.first, let last = discs.last else { return nil }
    let known = (top: place(of: levels.lowerBound), bottom: place(of: levels.upperBound + 1))
    let top = known.top ?? (levels.lowerBound == first.number - 1 ? openEnds.lowerBound : nil)
    let bottom = known.bottom ?? (levels.upperBound == last.number ? openEnds.upperBound : nil)
    guard let top, let bottom, top < bottom, top < extent.upperBound, bottom > extent.lowerBound else { return nil }
    let whole = known.top != nil && known.bottom != nil
    let inside = top >= extent.lowerBound - tolerance && bottom <= extent.upperBound + tolerance
    return Piece(places: (top...bottom).clamped(to: extent), isComplete: whole && inside)
  }

  /// Place of a known disc.
  public func place(of disc: Int) -> Double? { discs.first { $0.number == disc }?.place }

  /// Name of a disc by its neighbours: 3 is C2–C3.
  static func discName(_ number: Int) -> String {
    number == 1
      ? "disc 1 (above C1)"
      : "disc \(number) (\(LabelNumbering.name(ofLevel: number - 1))–\(LabelNumbering.name(ofLevel: number)))"
  }
}
