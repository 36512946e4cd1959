import Datasets
import Files
import Foundation
import Inference
import Levels
import Morphometry
import NIfTI
import Reports
import Volumes

/// Area of the cord over a range of vertebrae in one scan, found without any other input; or why it is not known.
public struct ScanArea: Sendable {
  public let scan: String
  public let vertebrae: ClosedRange<Int>
  /// Over the vertebrae; `nil` where they are not known or not in the cord that the scan shows.
  public let summary: Summary?
  public let flags: Flags
  /// Of the numbering; `nil` where no cord was found.
  public let probability: Double?
  /// Where the numbers come from: the scan, a label, another scan.
  public let origin: String?
  /// Why there is no area; else what a user should know.
  public let remarks: [String]
}

extension SegmentationPipeline {
  /// From a scan to the area over a range of vertebrae.
  ///
  /// - Parameters:
  ///   - path: Of the scan.
  ///   - vertebrae: C1 = 1.
  ///   - settings: How levels are told.
  ///   - picture: Path of a picture with the cord's outline and the borders of levels, .png; `nil` draws none.
  ///   - observer: Is told of progress and of what to know about the scan.
  /// - Returns: The area, or the reason why levels do not tell it.
  /// - Throws: Where the scan cannot be read or shows no cord: `NIfTIError`, `MaskError`, `InferenceError`, `PreprocessingError`,
  ///   `TensorError`, `FileError`.
  public func area(
    of path: String, vertebrae: ClosedRange<Int>, _ settings: LevelSettings = LevelSettings(), picture: String? = nil,
    observer: WorkObserver = { _ in }
  ) throws -> ScanArea {
    let done = try segment(path, observer: observer)
    func unknown(_ reason: String, _ found: ScanLevels? = nil, probability: Double? = nil) -> ScanArea {
      ScanArea(
        scan: path, vertebrae: vertebrae, summary: nil, flags: [], probability: found?.levels.probability ?? probability,
        origin: found?.origin, remarks: [reason])
    }
    let found: ScanLevels
    do {
      found = try segmenter.levels(in: done.image.volume, mask: done.mask, settings)
    } catch let error as LevelsUnknown {
      if let picture { try draw(done, nil, to: picture) }
      guard case .unsure(let probability, _, _) = error else { return unknown("\(error)") }
      return unknown("\(error)", probability: probability)
    }
    if let picture { try draw(done, found, to: picture) }
    let measurements = try Morphometry.measure(mask: done.mask)
    let axis = CordAxis(measurements.centerline)
    let map = try found.map(tolerance: done.mask.grid.spacing.max())
    let name = "\(LabelNumbering.name(ofLevel: vertebrae.lowerBound)) to \(LabelNumbering.name(ofLevel: vertebrae.upperBound))"
    guard let piece = map.piece(ofLevels: vertebrae, within: axis.extent) else {
      return unknown("the scan does not show \(name), but \(found.levels.span)", found)
    }
    let errors = (map.errors[vertebrae.lowerBound] ?? 0, map.errors[vertebrae.upperBound + 1] ?? 0)
    guard let summary = measurements.summary(of: piece.places, errors: errors, on: axis) else {
      return unknown("no cord is seen beside \(name)", found)
    }
    var flags = summary.flags
    if !piece.isComplete { flags.insert(.levelIncomplete) }
    if found.levels.probability < 0.95 { flags.insert(.uncertainLevels) }
    return ScanArea(
      scan: path, vertebrae: vertebrae, summary: summary, flags: flags, probability: found.levels.probability, origin: found.origin,
      remarks: found.notes + done.segmentation.notes)
  }

  private func draw(_ done: SegmentedScan, _ found: ScanLevels?, to path: String) throws {
    let title = OutputName(of: path).stem
    let picture =
      found?.picture(of: done.image.volume, mask: done.mask, titled: title)
      ?? Overlay(title: title).picture(of: done.image.volume, mask: done.mask)
    try picture.write(to: path)
  }
}

/// The table of areas: one row a scan.
public enum AreaTable {
  public static func table(_ areas: [ScanArea]) -> Table {
    Table(columns: columns, rows: areas.map(row))
  }

  private static let columns: [Table.Column] = [
    .init("file", "Scan"), .init("vertebrae", "First and last vertebra"),
    .init("csa_mm2", "Mean area of the cord perpendicular to its centerline, mm²"),
    .init("csa_lower_mm2", "Lower end of its 95 % interval, mm²; the places of the levels' borders count"),
    .init("csa_upper_mm2", "Upper end of its 95 % interval, mm²"),
    .init("ap_diameter_mm", "Mean diameter along the cord's own anterior-posterior axis, mm"),
    .init("rl_diameter_mm", "Mean diameter along the cord's own right-left axis, mm"),
    .init("length_mm", "Length of cord that was measured, mm"),
    .init("numbering_probability", "Probability that the levels have their right numbers"),
    .init("numbering_from", "What tells the numbers: the scan, a label, another scan"),
    .init("flags", "What a reader should know, by names; docs/measurements.md explains them"),
    .init("remark", "Why there is no area, or what else to know"),
  ]

  private static func row(_ area: ScanArea) -> [Table.Value] {
    let names = [area.vertebrae.lowerBound, area.vertebrae.upperBound].map(LabelNumbering.name(ofLevel:))
    return [
      .text(area.scan), .text(names[0] == names[1] ? names[0] : names.joined(separator: ":")), .number(area.summary?.area.mean),
      .number(area.summary?[.area]?.lower), .number(area.summary?[.area]?.upper), .number(area.summary?.apDiameter.mean),
      .number(area.summary?.rlDiameter.mean), .number(area.summary?.length),
      .number(area.probability.map { ($0 * 1000).rounded() / 1000 }), area.origin.map { .text($0) } ?? .missing,
      area.summary == nil ? .missing : .text(area.flags.names.joined(separator: ",")),
      area.remarks.isEmpty ? .missing : .text(area.remarks.joined(separator: "; ")),
    ]
  }
}
