import ArgumentParser
import Datasets
import Files
import Foundation
import Measuring
import Morphometry

extension TableFormat: ExpressibleByArgument {}
extension MeasurementMethod: ExpressibleByArgument {}
extension LabelNumbering: ExpressibleByArgument {}

struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure area, diameters and shape of the cord in masks.",
    discussion: """
      Soft masks are taken as they are: nothing is cut at a threshold or stretched. Every number has a 95 % interval, every row its flags. \
      Slices are numbered from 0 as they lie in the file; levels are numbered C1 = 1 … T1 = 8, and names such as C3 do \
      as well. docs/morphometry.md explains each column.

      Label files may be on another grid than the mask. A {} in their name stands for the scan's name (sub-01_T2w for \
      sub-01_space-T2w_label-SC_probseg.nii.gz), and 'auto' looks for SCT's and BIDS' usual names beside the mask.

      Examples:
        softcord measure mask.nii.gz -o mask.tsv
        softcord measure mask.nii.gz --discs discs.nii.gz --per range --vertebrae 2:3
        softcord measure out/*_probseg.nii.gz --discs auto --per level -o areas.tsv
        softcord measure mask.nii.gz --pmj pmj.nii.gz --distance 60 --per range
      """)

  @Argument(help: ArgumentHelp("Soft or binary masks.", valueName: "mask"))
  var masks: [String]

  @OptionGroup(title: "Where") var place: PlaceOptions

  @Option(help: "How cross-sections are measured: exact on soft masks, or SCT's published recipe for comparison.")
  var method = MeasurementMethod.exact

  @Option(help: ArgumentHelp("Which volume of a mask of several, from 0; a mask is never averaged.", valueName: "index"))
  var volume: Int?

  @Option(help: ArgumentHelp("Scan of the mask: adds the areas of quadrants and the symmetry seen in the scan.", valueName: "image"))
  var anat: String?

  @Option(help: ArgumentHelp("Mask of the spinal canal: adds its area, and the cord's share of it (aSCOR).", valueName: "mask"))
  var canal: String?

  @Flag(help: "Add the compression ratio (MSCC) against 20 mm of cord, 10 mm above and below.")
  var compression = false

  @OptionGroup(title: "Output") var output: TableOptions

  @Option(help: ArgumentHelp("Plot of the area along the cord, SVG; of several masks, a folder.", valueName: "file"))
  var plot: String?

  @OptionGroup var parallel: JobOptions

  func validate() throws {
    if let plot, masks.count == 1, plot.pathExtension.lowercased() != "svg" {
      throw ValidationError("--plot writes SVG; name a file that ends in .svg.")
    }
    if let volume, volume < 0 { throw ValidationError("--volume counts from 0.") }
    let inputs = masks + request.files
    try checked {
      if let path = output.path { try TableFile(path, format: output.chosen == .sct ? .csv : output.format?.table).check(inputs: inputs) }
      if let plot { try OutputPath.check(plot, inputs: inputs) }
    }
  }

  /// What the options ask for.
  private var request: MeasureRequest {
    var request = place.request
    (request.method, request.volume, request.scan, request.canal) = (method, volume, anat, canal)
    (request.compression, request.wantsPlot) = (compression, plot != nil)
    return request
  }

  func run() throws {
    let request = self.request
    if masks.count > 1, let file = request.sharedFiles.first {
      Console.note("\(file) is used for all \(masks.count) masks; where each has its own, write {} for the scan's name, or auto")
    }
    let results = parallel.each("measuring \(masks.count) masks") { request.measure(masks, jobs: parallel.jobs, progress: $0) }
    let (measured, failure) = collect(masks, results)
    for (path, mask) in measured { for note in mask.notes { Console.note("\(path): \(note)") } }
    // Written beside their places before the table is: where there is no place for them, the table stays as it was.
    let plots = try plot.map { try staged(measured, at: $0) } ?? []
    let rows = measured.flatMap { $0.result.rows }
    if !rows.isEmpty {
      let isSCT = output.chosen == .sct
      let table =
        isSCT ? SCTTable.table(rows, quadrants: anat != nil, version: SoftCord.version) : MeasureTable(request).table(rows)
      try output.deliver(table, explains: !isSCT)
    }
    try StagedFile.commit(plots)
    if let failure { throw failure }
  }

  /// The plots, not yet in their places.
  private func staged(_ measured: [(path: String, result: MeasuredMask)], at path: String) throws -> [StagedFile] {
    let plots = measured.compactMap { mask, measured in measured.plot.map { (mask: mask, plot: $0) } }
    return masks.count > 1 ? try AreaPlots.staged(plots, in: path) : try plots.map { try AreaPlots.staged($0.plot, at: path) }
  }
}
