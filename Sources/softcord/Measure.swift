import ArgumentParser
import Foundation
import Morphometry
import NIfTI
import Reports
import Volumes

extension TableFormat: ExpressibleByArgument {}

/// A closed range written `a:b`.
struct SliceRange: ExpressibleByArgument {
  let range: ClosedRange<Int>

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard let first = parts.first ?? nil, let last = parts.last ?? nil, parts.count <= 2, first >= 0, first <= last else { return nil }
    range = first...last
  }
}

struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure area and diameters of the cord in masks.",
    discussion: """
      The area of a slice is the sum of its occupancies times the pixel's area, times the cosine of the angle between the slice and the \
      cord. Soft masks are taken as they are: nothing is cut at a threshold or stretched. Slices are numbered from 0 as they lie in the file.

      Examples:
        softcord measure mask.nii.gz
        softcord measure sub-*/*_probseg.nii.gz --per range --slices 40:80 -o areas.tsv
      """)

  enum Unit: String, ExpressibleByArgument, CaseIterable {
    case slice, range
  }

  @Argument(help: ArgumentHelp("Soft or binary masks.", valueName: "mask"))
  var masks: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("Table to write (default: standard output).", valueName: "file"))
  var output: String?

  @Option(help: "One row per slice, or one for all slices of the range.")
  var per = Unit.slice

  @Option(help: ArgumentHelp("Slices to measure, first and last, as they lie in the file.", valueName: "a:b"))
  var slices: SliceRange?

  @Option(help: "tsv, csv, json or text (default: by the ending of -o, else text on a terminal and tsv in a pipe).")
  var format: TableFormat?

  func run() throws {
    var table = per == .slice ? MeasurementTable.perSlice : MeasurementTable.perRange
    var failure: (any Error)?
    do {
      try forEach(masks) { path in
        let mask = try NIfTI.read(path).volume
        let measured = try Morphometry.measure(mask: mask)
        let range = slices?.range ?? 0...measured.count - 1
        guard let summary = measured.summary(over: range) else { throw MeasurementError.nothingInRange(path: path, range: range) }
        switch per {
        case .slice:
          for slice in measured where slice.section != nil && range.contains(slice.slice) {
            table.append(MeasurementTable.row(path, slice))
          }
        case .range: table.append(MeasurementTable.row(path, summary))
        }
      }
    } catch let caught as Failure {
      failure = caught
    }
    if !table.rows.isEmpty { try table.deliver(to: output, as: format) }
    if let failure { throw failure }
  }
}

enum MeasurementError: Error, CustomStringConvertible {
  case nothingInRange(path: String, range: ClosedRange<Int>)

  var description: String {
    switch self {
    case .nothingInRange(let path, let range):
      "\(path): no cord in slices \(range.lowerBound):\(range.upperBound); slices are numbered from 0 as they lie in the file"
    }
  }
}

/// Tables of measurements: columns with their units, and how a measurement fills them.
enum MeasurementTable {
  static var perSlice: Table {
    Table(columns: [
      .init("file", "Mask"), .init("slice", "Index of the slice in the file, from 0"),
      .init("csa_mm2", "Area of the cord perpendicular to its centerline, mm²"), .init("ap_diameter_mm", "Anterior-posterior diameter, mm"),
      .init("rl_diameter_mm", "Right-left diameter, mm"),
      .init("ap_angle_deg", "Angle of the cord to the slice's normal towards anterior, degrees", decimals: 1),
      .init("rl_angle_deg", "The same towards right, degrees", decimals: 1), .init("length_mm", "Length of the cord in the slice, mm"),
      .init("cut", "1 where the slice is the first or last of the field of view"), .init("method", "How areas were computed"),
    ])
  }

  static var perRange: Table {
    Table(columns: [
      .init("file", "Mask"), .init("slices", "Number of slices"),
      .init("csa_mm2", "Mean area of the cord perpendicular to its centerline, mm²"),
      .init("csa_sd_mm2", "Standard deviation of the area between slices, mm²"),
      .init("ap_diameter_mm", "Mean anterior-posterior diameter, mm"),
      .init("rl_diameter_mm", "Mean right-left diameter, mm"), .init("length_mm", "Length of the cord, mm"),
      .init("volume_mm3", "Volume of the cord, mm³", decimals: 0),
      .init("method", "How areas were computed"),
    ])
  }

  static let method = Table.Value.text("exact")

  static func row(_ path: String, _ slice: SliceMeasurement) -> [Table.Value] {
    let section = slice.section!
    let degrees = 180 / Double.pi
    return [
      .text(path), .integer(slice.slice), .number(section.area), .number(section.apDiameter), .number(section.rlDiameter),
      .number(section.apAngle * degrees), .number(section.rlAngle * degrees), .number(section.length),
      .integer(slice.isCutByFieldOfView ? 1 : 0), method,
    ]
  }

  static func row(_ path: String, _ summary: Summary) -> [Table.Value] {
    [
      .text(path), .integer(summary.slices.count), .number(summary.area.mean), .number(summary.area.standardDeviation),
      .number(summary.apDiameter.mean),
      .number(summary.rlDiameter.mean), .number(summary.length), .number(summary.volume), method,
    ]
  }
}
