import Files
import Measuring
import Morphometry
import Volumes

/// The rows of one scan: by slice, by level, of the vertebrae that are taken as one, and of the whole cord.
struct ScanMeasures {
  let slices, levels, range, whole: [MeasureRow]

  /// - Parameter vertebrae: Taken as one.
  init(of cord: MeasuredCord, vertebrae: ClosedRange<Int>) {
    var request = MeasureRequest()
    slices = cord.rows(request)
    request.per = .range
    whole = cord.rows(request)
    guard cord.map != nil else {
      (levels, range) = ([], [])
      return
    }
    request.vertebrae = vertebrae
    range = cord.rows(request)
    (request.per, request.vertebrae) = (.level, nil)
    levels = cord.rows(request)
  }

  /// What one row tells about.
  static let unit = Table.Column(
    "per", "What the row tells about",
    levels: [
      "slice": "One slice", "level": "One vertebral level",
      "range": "The vertebrae that are taken as one, C2 and C3 unless others were asked for",
      "whole": "All of the cord that the scan shows",
    ])

  /// The same columns for every scan, whatever is known of its levels.
  private static var measured: MeasureTable { MeasureTable(MeasureRequest(), saysNumbering: true) }

  /// Columns of all scans' tables.
  static let columns = [unit] + measured.table([]).columns

  /// All rows, the unit first.
  var table: Table {
    let table = Self.measured
    let parts = [("whole", whole), ("range", range), ("level", levels), ("slice", slices)]
    return Table(columns: Self.columns, rows: parts.flatMap { unit, rows in table.table(rows).rows.map { [.text(unit)] + $0 } })
  }
}

extension MeasuredCord {
  /// The middle of each level on the centerline, with its name.
  var levelMarks: [(name: String, position: SIMD3<Double>)] {
    guard let map else { return [] }
    return map.levels(within: axis.extent).compactMap { level in
      map.piece(ofLevels: level...level, within: axis.extent).map {
        (LabelNumbering.name(ofLevel: level), axis.point(at: ($0.places.lowerBound + $0.places.upperBound) / 2))
      }
    }
  }
}
