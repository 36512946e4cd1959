import ArgumentParser
import Files
import Foundation
import Pipeline

struct Area: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "From scans to the area of the cord at given vertebrae (C2 to C3): one row a scan.",
    discussion: """
      Segments the cord, finds the levels and measures. Where the levels are not known, the row says why and its numbers stay empty.

      Examples:
        softcord area sub-*/anat/*_T2w.nii.gz -o areas.tsv --qc qc
        softcord area scan.nii.gz --vertebrae C3
      """)

  @Argument(help: ArgumentHelp("Scans: .nii, .nii.gz or .hdr/.img, any contrast and orientation.", valueName: "image"))
  var images: [String]

  @Option(help: ArgumentHelp("Vertebrae to measure over.", valueName: "a:b"))
  var vertebrae = LevelRange(argument: "C2:C3")!

  @OptionGroup var table: StatisticsOptions
  @OptionGroup var levels: LevelOptions
  @OptionGroup var model: ModelOptions

  @Option(help: ArgumentHelp("Folder for a picture of each scan with its cord and discs.", valueName: "dir"))
  var qc: String?

  func validate() throws { try table.check(inputs: images) }

  func run() throws {
    let settings = levels.settings
    let pipeline = try model.pipeline(model.settings)
    if let qc { try Folder.make(qc) }
    var areas: [ScanArea] = []
    var failure: (any Error)?
    do {
      try forEach(images) { scan in
        let picture = qc.map { LabelFiles.picture(of: scan, in: $0) }
        let area = try pipeline.area(of: scan, vertebrae: vertebrae.range, settings, picture: picture, observer: WorkView.observer())
        areas.append(area)
        if area.summary == nil { throw Failure(.levelsUnknown, area.remarks.joined(separator: "; ")) }
      }
    } catch { failure = error }
    if !areas.isEmpty { try table.deliver(AreaTable.table(areas)) }
    if let failure { throw failure }
  }
}
