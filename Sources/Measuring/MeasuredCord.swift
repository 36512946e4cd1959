import Datasets
import Morphometry
import NIfTI
import Reports
import Volumes

/// The cord of a mask with all that was measured of it, from which rows are taken in any division.
public struct MeasuredCord: Sendable {
  /// What rows call the mask: its path.
  public let name: String
  public let measurements: CordMeasurements
  /// The scale along the cord.
  public let axis: CordAxis
  /// Where the levels lie; `nil` without labels.
  public let map: LevelMap?
  /// What is to be said of the files beside the mask, one line each.
  public private(set) var notes: [String] = []
  /// How sure the numbers of the levels are, 0…1; `nil` where the labels do not say.
  private let numberingProbability: Double?
  private let sliceLevels: SliceLevels?
  private let junction: Double?
  private let canal: CordMeasurements?

  /// Measures a mask.
  ///
  /// - Parameters:
  ///   - mask: Share of each voxel that is cord, in 0…1.
  ///   - name: Path of the mask, by which the files that the request names are found.
  ///   - request: The method, and the files beside the mask; how rows are divided does not matter.
  /// - Throws: ``MeasuringError``, `MaskError`, `NIfTIError`, `DatasetError`.
  public init(of mask: Volume, named name: String, _ request: MeasureRequest) throws {
    let (grid, method) = (mask.grid, request.method)
    let companions = CompanionSearch(of: name)
    var notes: [String] = []
    func file(_ argument: String, _ kind: Companion, _ read: (String) throws -> NIfTIImage) throws -> (path: String, volume: Volume) {
      if let given = request.images[kind] { return (argument, given) }
      let found = try companions.path(of: argument, kind)
      let image = try read(found)
      notes += image.notes.map { "\(found): \($0)" }
      return (found, image.volume)
    }
    let image = try request.scan.map { try file($0, .scan) { try NIfTI.scan($0) }.volume.onto(grid) }
    let measurements = try Self.measure(mask, name, MeasurementSettings(method: method), image: image)
    let axis = CordAxis(measurements.centerline)

    /// Reads labels; what is wrong with them is said with their name.
    func labels<T>(_ argument: String, _ kind: Companion, _ body: (Labels) throws(LevelError) -> T) throws -> T {
      let labels = try file(argument, kind) { try NIfTI.labels($0) }
      do {
        return try body(Labels(in: labels.volume))
      } catch {
        throw MeasuringError.labels(mask: name, path: labels.path, error)
      }
    }
    var (map, sliceLevels): (LevelMap?, SliceLevels?)
    var numberingProbability: Double?
    if let discs = request.discs {
      (map, sliceLevels) = try labels(discs, .discs) { found throws(LevelError) in
        let whole = method == .sct ? try SliceLevels(discs: found, numbering: request.numbering, of: mask) : nil
        return (try LevelMap(discs: found, numbering: request.numbering, on: axis), whole)
      }
      let inMemory = request.images[.discs] != nil
      if let sidecar = inMemory ? request.discSidecar : DiscSidecar(beside: try companions.path(of: discs, .discs)) {
        numberingProbability = sidecar.numberingProbability
        map = map?.with(errors: sidecar.errors(numbering: request.numbering ?? .sct))
      }
    }
    if let levels = request.levels {
      (map, sliceLevels) = try labels(levels, .levels) { found throws(LevelError) in
        let whole = method == .sct ? try SliceLevels(mask: found, numbering: request.numbering, of: mask) : nil
        return (try LevelMap(mask: found, numbering: request.numbering, on: axis), whole)
      }
    }
    junction = try request.junction.map { argument in
      try labels(argument, .junction) { found throws(LevelError) in try found.place(of: "the pontomedullary junction", label: 50, on: axis)
      }
    }
    canal = try request.canal.map { argument in
      let canal =
        try request.givenMask(.canal, argument).map { (path: argument, volume: $0.volume) } ?? file(argument, .canal) { try NIfTI.mask($0) }
      return try Self.measure(
        canal.volume.onto(grid), canal.path, MeasurementSettings(method: method, radius: MeasurementSettings.canalRadius),
        along: measurements.centerline)
    }
    (self.name, self.measurements, self.axis, self.map) = (name, measurements, axis, map)
    (self.sliceLevels, self.notes, self.numberingProbability) = (sliceLevels, notes, numberingProbability)
  }

  /// The rows of a division.
  ///
  /// - Parameter request: How rows are divided, and whether compression is added; its files have been read already.
  public func rows(_ request: MeasureRequest) -> [MeasureRow] { divided(by: request).rows }

  func divided(by request: MeasureRequest) -> (regions: [MeasureRegion], rows: [MeasureRow]) {
    let regions = MeasureRegions(measurements: measurements, axis: axis, map: map, sliceLevels: sliceLevels, junction: junction).rows(
      request)
    return (regions, regions.map { row($0, compression: request.compression) })
  }

  /// The area along the cord.
  public var plot: AreaPlot { plot(of: []) }

  func plot(of regions: [MeasureRegion]) -> AreaPlot {
    MeasurePlot(measurements: measurements, axis: axis, map: map, junction: junction).plot(of: name, regions)
  }

  private static func measure(
    _ mask: Volume, _ path: String, _ settings: MeasurementSettings, along centerline: Centerline? = nil, image: Volume? = nil
  ) throws(MeasuringError) -> CordMeasurements {
    do {
      return try Morphometry.measure(mask: mask, settings: settings, along: centerline, image: image)
    } catch {
      throw .mask(path: path, error)
    }
  }

  private func row(_ region: MeasureRegion, compression: Bool) -> MeasureRow {
    let errors = region.levels.map { levels in
      (upper: map?.errors[levels.lowerBound] ?? 0, lower: map?.errors[levels.upperBound + 1] ?? 0)
    }
    let isUnsure = region.levels != nil && (numberingProbability ?? 1) < 0.95
    func summary(_ measurements: CordMeasurements) -> Summary? {
      if let slice = region.slice { return measurements.summary(over: [(slice, 1)]) }
      if let whole = region.wholeSlices { return measurements.summary(over: whole.map { ($0, 1) }) }
      return region.places.flatMap { measurements.summary(of: $0, errors: errors ?? (0, 0), on: axis) }
    }
    let own = summary(measurements)
    let canalArea = canal.flatMap(summary)?[.area]
    let middle = region.places.map { ($0.lowerBound + $0.upperBound) / 2 }
    func compressed(_ metric: Metric) -> Estimate? {
      guard compression, let middle, let value = own?[metric] else { return nil }
      return measurements.compression(of: value, at: middle, metric: metric, on: axis)
    }
    let slicing = measurements.centerline.slicing
    let shown = region.slice.map { [$0] } ?? region.wholeSlices ?? own?.slices ?? []
    let fromFeet = shown.map { slicing.descends ? slicing.count - 1 - $0 : $0 }
    return MeasureRow(
      file: name, method: measurements.method, levels: region.levels, summary: own,
      flags: region.flags.union(own?.flags ?? []).union(isUnsure ? .uncertainLevels : []),
      slicesFromFeet: fromFeet.min().map { $0...fromFeet.max()! },
      junctionDistance: junction.flatMap { place in middle.map { $0 - place } },
      compression: (compressed(.apDiameter), compressed(.area)),
      canal: (canalArea, canalArea.flatMap { area in own?[.area]?.ratio(to: area) }), numberingProbability: numberingProbability)
  }

  /// Says where the cord is.
  var reach: String {
    let pieces = measurements.pieces.map { "\($0.lowerBound):\($0.upperBound)" }.joined(separator: " and ")
    let slices = "the cord lies in slices \(pieces), numbered from 0 as they lie in the file"
    guard let junction else { return slices }
    return slices
      + ", \(Int((axis.extent.lowerBound - junction).rounded(.up))) to \(Int(axis.extent.upperBound - junction)) mm from the junction"
  }
}

extension Volume {
  /// This volume, or what it is on another grid.
  func onto(_ grid: Grid) -> Volume { self.grid.matches(grid) ? self : resampled(onto: grid) }
}
