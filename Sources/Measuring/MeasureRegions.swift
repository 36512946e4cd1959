import Morphometry

/// The part of a cord that one row tells about.
struct MeasureRegion {
  /// Vertebral levels, where they are known.
  var levels: ClosedRange<Int>?
  /// A single slice, or `nil` for a piece of cord.
  var slice: Int?
  /// Ends of the piece; `nil` where a border is not known, so that nothing can be measured.
  var places: ClosedRange<Double>?
  /// Whole slices instead of the piece, as SCT takes them.
  var wholeSlices: [Int]?
  /// What the place alone tells.
  var flags: Flags = []
}

/// Divides a cord into the rows that were asked for.
struct MeasureRegions {
  let measurements: CordMeasurements
  let axis: CordAxis
  let map: LevelMap?
  /// The same levels as SCT has them, for its method.
  let sliceLevels: SliceLevels?
  /// Place of the pontomedullary junction.
  let junction: Double?

  /// The rows, in the order of the file where they are slices, else from the head down. Empty where there is no cord.
  func rows(_ options: MeasureRequest) -> [MeasureRegion] {
    var (asked, flags) = (axis.extent, Flags())
    func narrow(to piece: ClosedRange<Double>) -> Bool {
      // A whole cord has round-off at its ends.
      if piece.lowerBound < axis.extent.lowerBound - 1e-6 || piece.upperBound > axis.extent.upperBound + 1e-6 { flags.insert(.incomplete) }
      guard piece.overlaps(asked) else { return false }
      asked = asked.clamped(to: piece)
      return asked.lowerBound < asked.upperBound
    }
    if let range = options.slices {
      let ends = [axis.place(atSlice: Double(range.lowerBound) - 0.5), axis.place(atSlice: Double(range.upperBound) + 0.5)]
      guard narrow(to: ends.min()!...ends.max()!) else { return [] }
    }
    if let junction, let distance = options.distance {
      let half = options.extent / 2
      guard narrow(to: junction + distance - half...junction + distance + half) else { return [] }
    }
    let vertebrae = options.vertebrae
    switch options.per {
    case .range:
      guard let map, let vertebrae else { return [MeasureRegion(places: asked, flags: flags)] }
      return [region(of: vertebrae, in: map, within: asked, flags)]
    case .level:
      let map = map!
      let levels = vertebrae.map(Array.init) ?? sliceLevels?.all ?? map.levels(within: asked)
      return levels.map { region(of: $0...$0, in: map, within: asked, flags) }
    case .slice:
      if let sliceLevels, let vertebrae {
        return slices(sliceLevels.slices(of: vertebrae), within: asked).map { slice in
          MeasureRegion(levels: sliceLevels.level(ofSlice: slice).map { $0...$0 }, slice: slice, places: place(of: slice))
        }
      }
      var wanted = asked
      if let map, let vertebrae {
        let region = region(of: vertebrae, in: map, within: asked, flags)
        guard let places = region.places else { return [region] }
        wanted = places
      }
      // SCT has a row for every slice of the image, measured or not.
      let isSCTWhole = measurements.method == .sct && wanted == axis.extent
      return measurements.slices.filter { isSCTWhole || $0.section != nil }.compactMap { slice in
        let place = axis.place(atSlice: Double(slice.slice))
        guard isSCTWhole || wanted.contains(place) else { return nil }
        let level = slice.section == nil ? nil : sliceLevels?.level(ofSlice: slice.slice) ?? map?.level(at: place)
        return MeasureRegion(levels: level.map { $0...$0 }, slice: slice.slice, places: place...place)
      }
    }
  }

  private func place(of slice: Int) -> ClosedRange<Double> { axis.place(atSlice: Double(slice))...axis.place(atSlice: Double(slice)) }

  /// Of some slices those within a piece; all of them where the piece is the whole cord.
  private func slices(_ slices: [Int], within asked: ClosedRange<Double>) -> [Int] {
    asked == axis.extent ? slices : slices.filter { asked.contains(axis.place(atSlice: Double($0))) }
  }

  private func region(of levels: ClosedRange<Int>, in map: LevelMap, within asked: ClosedRange<Double>, _ flags: Flags) -> MeasureRegion {
    if let sliceLevels {
      let found = slices(sliceLevels.slices(of: levels), within: asked)
      let isWhole = map.piece(ofLevels: levels, within: axis.extent)?.isComplete ?? false
      let places = found.map { axis.place(atSlice: Double($0)) }
      return MeasureRegion(
        levels: levels, places: places.min().map { $0...places.max()! }, wholeSlices: found,
        flags: flags.union(isWhole ? [] : .levelIncomplete))
    }
    guard let piece = map.piece(ofLevels: levels, within: axis.extent), piece.places.overlaps(asked) else {
      return MeasureRegion(levels: levels, flags: flags.union(.levelIncomplete))
    }
    let inside = piece.places.clamped(to: asked)
    let isWhole = piece.isComplete && inside == piece.places
    return MeasureRegion(levels: levels, places: inside, flags: flags.union(isWhole ? [] : .levelIncomplete))
  }
}
