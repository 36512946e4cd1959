import Datasets
import Morphometry
import NIfTI
import Numerics
import Reports
import Volumes

extension MeasureRequest {
  /// Measures masks, several at the same time.
  ///
  /// - Parameters:
  ///   - jobs: Masks at the same time; `nil`: one per processor.
  ///   - progress: Told the part that is done, on any thread.
  /// - Returns: In the order of the masks.
  public func measure(_ masks: [String], jobs: Int? = nil, progress: (@Sendable (Double) -> Void)? = nil) -> [Result<
    MeasuredMask, any Error
  >] {
    parallelMap(masks, jobs: jobs, progress: progress) { try measure($0) }
  }

  /// Measures one mask.
  ///
  /// - Throws: ``MeasuringError``, `MaskError`, `NIfTIError`, `DatasetError`.
  public func measure(_ path: String) throws -> MeasuredMask {
    let mask = try givenMask(.cord, path) ?? readMask(path)
    let grid = mask.volume.grid
    let companions = CompanionSearch(of: path)
    var notes = mask.notes
    func file(_ name: String, _ kind: Companion, _ read: (String) throws -> NIfTIImage) throws -> (path: String, volume: Volume) {
      if let given = images[kind] { return (name, given) }
      let found = try companions.path(of: name, kind)
      let image = try read(found)
      notes += image.notes.map { "\(found): \($0)" }
      return (found, image.volume)
    }
    let image = try scan.map { try file($0, .scan) { try NIfTI.scan($0) }.volume.onto(grid) }
    let measurements = try Self.measure(mask.volume, path, MeasurementSettings(method: method), image: image)
    let axis = CordAxis(measurements.centerline)

    /// Reads labels; what is wrong with them is said with their name.
    func labels<T>(_ name: String, _ kind: Companion, _ body: (Labels) throws(LevelError) -> T) throws -> T {
      let labels = try file(name, kind) { try NIfTI.labels($0) }
      do {
        return try body(Labels(in: labels.volume))
      } catch {
        throw MeasuringError.labels(mask: path, path: labels.path, error)
      }
    }
    var (map, sliceLevels): (LevelMap?, SliceLevels?)
    var numbering: Double?
    if let discs {
      (map, sliceLevels) = try labels(discs, .discs) { found throws(LevelError) in
        let whole = method == .sct ? try SliceLevels(discs: found, numbering: self.numbering, of: mask.volume) : nil
        return (try LevelMap(discs: found, numbering: self.numbering, on: axis), whole)
      }
      if let sidecar = DiscSidecar(beside: try companions.path(of: discs, .discs)) {
        numbering = sidecar.numberingProbability
        map = map?.with(errors: sidecar.errors(numbering: self.numbering ?? .sct))
      }
    }
    if let levels {
      (map, sliceLevels) = try labels(levels, .levels) { found throws(LevelError) in
        let whole = method == .sct ? try SliceLevels(mask: found, numbering: self.numbering, of: mask.volume) : nil
        return (try LevelMap(mask: found, numbering: self.numbering, on: axis), whole)
      }
    }
    let place = try junction.map { name in
      try labels(name, .junction) { found throws(LevelError) in try found.place(of: "the pontomedullary junction", label: 50, on: axis) }
    }
    let canalMeasurements = try canal.map { name in
      let canal = try givenMask(.canal, name).map { (path: name, volume: $0.volume) } ?? file(name, .canal) { try NIfTI.mask($0) }
      return try Self.measure(
        canal.volume.onto(grid), canal.path, MeasurementSettings(method: method, radius: MeasurementSettings.canalRadius),
        along: measurements.centerline)
    }
    let regions = MeasureRegions(measurements: measurements, axis: axis, map: map, sliceLevels: sliceLevels, junction: place).rows(self)
    let rows = regions.map {
      row($0, of: path, measurements, axis, map, junction: place, canal: canalMeasurements, numbering: numbering)
    }
    guard rows.contains(where: { $0.summary != nil || $0.levels != nil }) else {
      throw MeasuringError.nothingThere(path: path, reach: reach(of: measurements, axis, junction: place))
    }
    notes += measurements.notes
    let plot = wantsPlot ? MeasurePlot(measurements: measurements, axis: axis, map: map, junction: place).plot(of: path, regions) : nil
    return MeasuredMask(rows: rows, notes: notes, plot: plot)
  }

  private func readMask(_ path: String) throws -> (volume: Volume, notes: [String]) {
    let image = try NIfTI.mask(path, volume: volume, canChoose: true)
    return (image.volume, image.notes)
  }

  /// A mask that is in memory already.
  private func givenMask(_ kind: Companion, _ name: String) throws -> (volume: Volume, notes: [String])? {
    try images[kind].map { try NIfTI.occupancy(of: $0, named: name) }
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

  private func row(
    _ region: MeasureRegion, of path: String, _ measurements: CordMeasurements, _ axis: CordAxis, _ map: LevelMap?, junction: Double?,
    canal: CordMeasurements?, numbering: Double?
  ) -> MeasureRow {
    let errors = region.levels.map { levels in
      (upper: map?.errors[levels.lowerBound] ?? 0, lower: map?.errors[levels.upperBound + 1] ?? 0)
    }
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
      file: path, method: method, levels: region.levels, summary: own,
      flags: region.flags.union(own?.flags ?? []).union(region.levels != nil && (numbering ?? 1) < 0.95 ? .uncertainLevels : []),
      slicesFromFeet: fromFeet.min().map { $0...fromFeet.max()! },
      junctionDistance: junction.flatMap { place in middle.map { $0 - place } },
      compression: (compressed(.apDiameter), compressed(.area)),
      canal: (canalArea, canalArea.flatMap { area in own?[.area]?.ratio(to: area) }), numberingProbability: numbering)
  }

  /// Says where the cord is.
  private func reach(of measurements: CordMeasurements, _ axis: CordAxis, junction: Double?) -> String {
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

extension DiscSidecar {
  /// Standard errors of the discs' places, mm, by number.
  func errors(numbering: LabelNumbering) -> [Int: Double] {
    var errors: [Int: Double] = [:]
    for mark in marks ?? [] where mark.interval.count == 2 {
      let width = mark.interval[1] - mark.interval[0]
      guard let disc = numbering.disc(mark.label), width.isFinite, width >= 0 else { continue }
      errors[disc] = width / (2 * Estimate.deviations)
    }
    return errors
  }
}
