import Datasets
import Morphometry
import Reports

/// What is plotted of a cord: its area from the head down.
struct MeasurePlot {
  let measurements: CordMeasurements
  let axis: CordAxis
  let map: LevelMap?
  let junction: Double?

  func plot(of path: String, _ regions: [MeasureRegion]) -> AreaPlot {
    let origin = junction ?? 0
    let points = measurements.slices.compactMap { slice -> AreaPlot.Point? in
      guard let area = slice.section?[.area] else { return nil }
      return AreaPlot.Point(
        place: axis.place(atSlice: Double(slice.slice)) - origin, value: area.value, interval: area.interval,
        isFlagged: !slice.flags.isEmpty)
    }
    let names = map.map { map in
      map.levels(within: axis.extent).compactMap { level in
        map.piece(ofLevels: level...level, within: axis.extent).map {
          (place: ($0.places.lowerBound + $0.places.upperBound) / 2 - origin, name: LabelNumbering.name(ofLevel: level))
        }
      }
    }
    // What was asked for stands out, unless it is everything.
    let pieces = regions.compactMap(\.places)
    let asked = pieces.isEmpty ? nil : pieces.map(\.lowerBound).min()!...pieces.map(\.upperBound).max()!
    let isAll = asked.map { ($0.upperBound - $0.lowerBound) > 0.9 * (axis.extent.upperBound - axis.extent.lowerBound) } ?? true
    return AreaPlot(
      title: OutputName.stem(of: path),
      horizontal: junction == nil
        ? "distance along the cord from its upper end, mm" : "distance along the cord from the pontomedullary junction, mm",
      vertical: "cross-sectional area, mm²", points: points.sorted { $0.place < $1.place },
      borders: map?.discs.map { $0.place - origin } ?? [],
      names: names ?? [], window: isAll ? nil : asked.map { $0.lowerBound - origin...$0.upperBound - origin })
  }
}
