import Files
import Foundation
import Morphometry

/// The table of `sct_process_segmentation`: the same columns in the same order, so that scripts made for it go on working.
///
/// Angles have SCT's meaning: `angle_AP` is the turn about the anterior-posterior axis, positive to the left, `angle_RL` about the right-left
/// axis. Slices are numbered from the feet. STD is the population's, 0 for one slice.
public enum SCTTable {
  /// - Parameters:
  ///   - rows: What was measured.
  ///   - quadrants: Whether the columns that SCT adds with `-anat` are there.
  ///   - version: Of the program, for the column "SCT Version".
  public static func table(_ rows: [MeasureRow], quadrants: Bool, version: String) -> Table {
    let metrics = means + (quadrants ? self.quadrants : [])
    let head = ["Timestamp", "SCT Version", "Filename", "Slice (I->S)", "VertLevel", "DistancePMJ"]
    let names = head + metrics.flatMap { ["MEAN(\($0.name))", "STD(\($0.name))"] } + ["SUM(length)"]
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
    let now = formatter.string(from: Date())
    return Table(
      columns: names.map { Table.Column($0, "As in SCT") },
      // A level without a slice has no row.
      rows: rows.filter { $0.slicesFromFeet != nil }.map { row in
        [
          .text(now), .text("SoftCord \(version) (\(row.method.rawValue))"), .text(URL(fileURLWithPath: row.file).path),
          range(row.slicesFromFeet), range(row.levels), .number(row.junctionDistance),
        ] + metrics.flatMap { values(of: $0, in: row) } + [.number(row.summary?[.length]?.value)]
      })
  }

  private struct Mean {
    let name: String
    let metric: Metric
    /// From our unit and sign to SCT's.
    var scale = 1.0
  }

  private static let degrees = 180 / Double.pi
  private static let means = [
    Mean(name: "area", metric: .area), Mean(name: "angle_AP", metric: .rlAngle, scale: -degrees),
    Mean(name: "angle_RL", metric: .apAngle, scale: degrees), Mean(name: "diameter_AP", metric: .apDiameter),
    Mean(name: "diameter_AP_ellipse", metric: .apDiameterEllipse), Mean(name: "diameter_RL", metric: .rlDiameter),
    Mean(name: "length_anterior", metric: .anteriorLength), Mean(name: "length_posterior", metric: .posteriorLength),
    Mean(name: "eccentricity", metric: .eccentricity), Mean(name: "orientation", metric: .orientation, scale: degrees),
    Mean(name: "solidity", metric: .solidity),
  ]
  private static let quadrants = [
    Mean(name: "area_quadrant_anterior_left", metric: .anteriorLeft), Mean(name: "area_quadrant_anterior_right", metric: .anteriorRight),
    Mean(name: "area_quadrant_posterior_left", metric: .posteriorLeft),
    Mean(name: "area_quadrant_posterior_right", metric: .posteriorRight),
    Mean(name: "symmetry_dice_RL", metric: .symmetryRL), Mean(name: "symmetry_dice_AP", metric: .symmetryAP),
  ]

  private static func values(of mean: Mean, in row: MeasureRow) -> [Table.Value] {
    guard let spread = row.summary?.spreads[mean.metric], let count = row.summary?.slices.count else { return [.missing, .missing] }
    let spreading = spread.standardDeviation.map { $0 * (Double(count - 1) / Double(count)).squareRoot() * abs(mean.scale) }
    return [.number(spread.mean * mean.scale), .number(spreading ?? 0)]
  }

  private static func range(_ range: ClosedRange<Int>?) -> Table.Value {
    guard let range else { return .missing }
    return range.count == 1 ? .integer(range.lowerBound) : .text("\(range.lowerBound):\(range.upperBound)")
  }
}
