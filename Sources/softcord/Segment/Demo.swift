import ArgumentParser
import Files
import Foundation
import Measuring
import Pipeline

struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the whole chain once: scans, soft masks, areas, pictures.",
    discussion: """
      Without a scan of your own, one digital neck is scanned in T2w and T1w, and each measurement is shown beside the exact truth.
      """)

  @Argument(help: ArgumentHelp("Your own scan.", valueName: "image"))
  var image: String?

  @Option(help: ArgumentHelp("Folder to write.", valueName: "dir"))
  var outputDir = "demo-output"

  @Option(help: ArgumentHelp("Seed of the digital neck.", valueName: "s"))
  var seed: UInt64 = 1

  @OptionGroup var model: ModelOptions

  func run() throws {
    let pipeline = try model.pipeline(model.settings)
    let table: Table
    if let image {
      try Folder.make(outputDir)
      let files = SegmentationFiles(of: image, folder: outputDir, pictures: outputDir, settings: pipeline.settings)
      try naming(image) { try pipeline.segment(image, to: files, observer: WorkView.observer()) }
      let request = try levels(of: image, mask: files.mask, with: pipeline)
      table = MeasureTable(request).table(try request.measure(files.mask).rows)
    } else {
      table = try Demonstration(folder: outputDir, seed: seed).run(with: pipeline, observer: WorkView.observer())
    }
    try table.write(to: "\(outputDir)/measurements.tsv", as: .tsv)
    try Console.result(table.formatted(as: .text))
    Console.note("Soft masks, measurements.tsv and pictures to look at are in \(URL(fileURLWithPath: outputDir).path)")
  }

  /// Areas by level where the scan shows which is which, else by slice.
  private func levels(of image: String, mask: String, with pipeline: SegmentationPipeline) throws -> MeasureRequest {
    var request = MeasureRequest()
    let files = LabelFiles(of: image, folder: outputDir, pictures: outputDir)
    do {
      try pipeline.label(image, mask: mask, to: files, observer: WorkView.observer())
      (request.per, request.discs) = (.level, files.discs)
    } catch let error as LevelsUnknown {
      Console.note("\(image): \(error)")
    }
    return request
  }
}
