import Volumes

extension LevelMap {
  /// Levels from an image in which voxels carry the number of their vertebra: in the cord, or the vertebrae themselves.
  ///
  /// Every voxel has a place along the cord; the border of two levels is where the fewest voxels lie on the wrong side. Between
  /// vertebrae it is the middle of the gap.
  ///
  /// - Parameters:
  ///   - labels: Voxels of vertebrae; other labels are ignored.
  ///   - numbering: How they are numbered; `nil` is what the labels tell.
  ///   - axis: The cord.
  /// - Throws: ``LevelError``.
  public init(mask labels: Labels, numbering: LabelNumbering? = nil, on axis: CordAxis) throws(LevelError) {
    let numbering = try labels.numbering(numbering)
    let margin = CordAxis.reach / 4
    let near = axis.extent.lowerBound - margin...axis.extent.upperBound + margin
    var levels: [(number: Int, places: [Double])] = []
    for (label, points) in labels.points.sorted(by: { $0.key < $1.key }) {
      guard let number = numbering.vertebra(label) else { continue }
      let feet = points.map { axis.foot(of: $0) }.filter { near.contains($0.place) }
      guard !feet.isEmpty else { continue }
      let distance = feet.map(\.distance).min()!
      let name = LabelNumbering.name(ofLevel: number)
      guard distance <= Labels.farthest else { throw .offTheCord(name: name, distance: distance, limit: Labels.farthest) }
      let places = feet.map(\.place).sorted()
      if let last = levels.last, places[places.count / 2] <= last.places[last.places.count / 2] {
        throw .outOfOrder(upper: LabelNumbering.name(ofLevel: last.number), lower: name)
      }
      levels.append((number, places))
    }
    guard let first = levels.first, let last = levels.last else { throw .noLabels(expected: "a vertebral level beside the cord") }
    var discs: [(number: Int, place: Double)] = []
    for (upper, lower) in zip(levels, levels.dropFirst()) {
      let border = Self.border(between: upper.places, and: lower.places)
      if lower.number == upper.number + 1 {
        discs.append((lower.number, border))
      } else {
        // What lies between is not labelled: both ends are known, the levels between are not told apart.
        discs.append((upper.number + 1, min(border, upper.places.last!)))
        discs.append((lower.number, max(border, lower.places.first!)))
      }
    }
    // The outermost labels end where their maker's cord or image ended, which need not be the level's end.
    let half = labels.voxelHeight / 2
    let ends = first.places.first! - half...last.places.last! + half
    if ends.lowerBound > axis.extent.lowerBound + labels.voxelHeight { discs.insert((first.number, ends.lowerBound), at: 0) }
    if ends.upperBound < axis.extent.upperBound - labels.voxelHeight { discs.append((last.number + 1, ends.upperBound)) }
    if discs.isEmpty { discs = [(first.number, ends.lowerBound)] }
    self.init(discs: discs, openEnds: ends, tolerance: labels.voxelHeight)
  }

  /// The place that leaves the fewest of two sorted lists on the wrong side; in the middle where many do.
  static func border(between upper: [Double], and lower: [Double]) -> Double {
    guard upper.last! >= lower.first! else { return (upper.last! + lower.first!) / 2 }
    let merged = (upper.map { ($0, 1) } + lower.map { ($0, -1) }).sorted { $0.0 < $1.0 }
    // Wrong with a border below everything: all of the upper list. Each upper voxel passed mends one, each lower one spoils one.
    var wrong = upper.count
    var best = (wrong: wrong, low: merged.first!.0, high: merged.first!.0)
    for (index, (place, change)) in merged.enumerated() {
      wrong -= change
      let next = index + 1 < merged.count ? merged[index + 1].0 : place
      if wrong < best.wrong { best = (wrong, place, next) } else if wrong == best.wrong { best.high = next }
    }
    return (best.low + best.high) / 2
  }
}
