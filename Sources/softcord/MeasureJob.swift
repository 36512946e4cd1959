import Files
import Foundation
import Morphometry
import NIfTI
import Reports
import Volumes

/// One row of measures.
struct MeasureRow: Sendable {
  let file: String
  let method: MeasurementMethod
  let levels: ClosedRange<Int>?
  /// The measures; `nil` where a border is missing.
  let summary: Summary?
  let flags: Flags
  /// Slices of the row counted from the feet, as SCT does.
  let slicesFromFeet: ClosedRange<Int>?
  /// Distance of the row's middle from the pontomedullary junction along the cord, mm.
  let junctionDistance: Double?
  /// Compression of the AP diameter and of the area, percent.
  let compression: (diameter: Estimate?, area: Estimate?)
  /// Area of the spinal canal, mm², and the cord's share of it.
  let canal: (area: Estimate?, share: Estimate?)
}

/// What became of one mask.
struct MeasuredMask: Sendable {
  let rows: [MeasureRow]
  let notes: [String]
  let plot: AreaPlot?
}

/// Measures one mask as the command line asked for.
struct MeasureJob: Sendable {
  let place: PlaceOptions
  let method: MeasurementMethod
  let anat, canal: String?
  let compression, wantsPlot: Bool

  func measure(_ path: String) throws -> MeasuredMask {
    let mask = try NIfTI.read(path)
    let grid = mask.volume.grid
    let companions = MeasureCompanions(mask: path)
    var notes = mask.notes
    func read(_ name: String, _ kind: MeasureCompanions.Kind) throws -> (path: String, volume: Volume) {
      let found = try companions.path(of: name, kind)
      let image = try NIfTI.read(found)
      notes += image.notes.map { "\(found): \($0)" }
      return (found, image.volume)
    }
    let image = try anat.map { try read($0, .scan).volume.onto(grid) }
    let settings = MeasurementSettings(method: method)
    let measurements = try Morphometry.measure(mask: mask.volume, settings: settings, image: image)
    let axis = CordAxis(measurements.centerline)

    /// Reads labels; what is wrong with them is said with their name.
    func labels<T>(_ name: String, _ kind: MeasureCompanions.Kind, _ body: (Labels) throws(LevelError) -> T) throws -> T {
      let file = try read(name, kind)
      do {
        return try body(Labels(in: file.volume))
      } catch {
        throw Failure(.data, "\(path): \(file.path): \(error)")
      }
    }
    let numbering = place.numbering
    var map = try place.discs.map {
      try labels($0, .discs) { found throws(LevelError) in try LevelMap(discs: found, numbering: numbering, on: axis) }
    }
    if let levels = place.levels {
      map = try labels(levels, .levels) { found throws(LevelError) in try LevelMap(mask: found, numbering: numbering, on: axis) }
    }
    let junction = try place.pmj.map { name in
      try labels(name, .junction) { found throws(LevelError) in try found.place(of: "the pontomedullary junction", label: 50, on: axis) }
    }
    let canalMeasurements = try canal.map { name in
      let canal = try read(name, .canal)
      return try naming(canal.path) {
        try Morphometry.measure(
          mask: canal.volume.onto(grid), settings: MeasurementSettings(method: method, radius: MeasurementSettings.canalRadius),
          along: measurements.centerline)
      }
    }
    let regions = MeasureRegions(measurements: measurements, axis: axis, map: map, junction: junction).rows(place)
    let rows = regions.map { row($0, of: path, measurements, axis, junction: junction, canal: canalMeasurements) }
    guard rows.contains(where: { $0.summary != nil || $0.levels != nil }) else {
      throw Failure(.data, "\(path): no cord in what was asked for; \(reach(of: axis, junction: junction))")
    }
    let plot = wantsPlot ? MeasurePlot(measurements: measurements, axis: axis, map: map, junction: junction).plot(of: path, regions) : nil
    return MeasuredMask(rows: rows, notes: notes, plot: plot)
  }

  private func row(
    _ region: MeasureRegion, of path: String, _ measurements: CordMeasurements, _ axis: CordAxis, junction: Double?,
    canal: CordMeasurements?
  ) -> MeasureRow {
    func summary(_ measurements: CordMeasurements) -> Summary? {
      if let slice = region.slice { return measurements.summary(over: [(slice, 1)]) }
      return region.places.flatMap { measurements.summary(of: $0, on: axis) }
    }
    let own = summary(measurements)
    let canalArea = canal.flatMap(summary)?[.area]
    let middle = region.places.map { ($0.lowerBound + $0.upperBound) / 2 }
    func compressed(_ metric: Metric) -> Estimate? {
      guard compression, let middle, let value = own?[metric] else { return nil }
      return measurements.compression(of: value, at: middle, metric: metric, on: axis)
    }
    let slicing = measurements.centerline.slicing
    let fromFeet = own?.slices.map { slicing.descends ? slicing.count - 1 - $0 : $0 }
    return MeasureRow(
      file: path, method: method, levels: region.levels, summary: own, flags: region.flags.union(own?.flags ?? []),
      slicesFromFeet: fromFeet.map { $0.min()!...$0.max()! }, junctionDistance: junction.flatMap { place in middle.map { $0 - place } },
      compression: (compressed(.apDiameter), compressed(.area)),
      canal: (canalArea, canalArea.flatMap { area in own?[.area]?.ratio(to: area) }))
  }

  /// Says where the cord is.
  private func reach(of axis: CordAxis, junction: Double?) -> String {
    let ends = [axis.slice(at: axis.extent.lowerBound), axis.slice(at: axis.extent.upperBound)]
    let slices =
      "the cord lies in slices \(Int(ends.min()!.rounded(.up))):\(Int(ends.max()!.rounded(.down))), numbered from 0 as they lie in the file"
    guard let junction else { return slices }
    return slices
      + ", \(Int((axis.extent.lowerBound - junction).rounded(.up))) to \(Int(axis.extent.upperBound - junction)) mm from the junction"
  }
}

extension Volume {
  /// This volume, or what it is on another grid.
  func onto(_ grid: Grid) -> Volume { self.grid.matches(grid) ? self : resampled(onto: grid) }
}
