import ArgumentParser
import Datasets
import Files
import Foundation
import Morphometry
import Reports

extension TableFormat: ExpressibleByArgument {}
extension MeasurementMethod: ExpressibleByArgument {}
extension LabelNumbering: ExpressibleByArgument {}

struct Measure: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure area, diameters and shape of the cord in masks.",
    discussion: """
      Soft masks are taken as they are: nothing is cut at a threshold or stretched. Every number has a 95 % interval, every row its flags. \
      Slices are numbered from 0 as they lie in the file; levels are numbered C1 = 1 … T1 = 8, and names such as C3 do \
      as well. docs/morphometry.md explains each column.

      Label files may be on another grid than the mask. A {} in their name stands for the scan's name (sub-01_T2w for \
      sub-01_space-T2w_label-SC_probseg.nii.gz), and 'auto' looks for SCT's and BIDS' usual names beside the mask.

      Examples:
        softcord measure mask.nii.gz
        softcord measure mask.nii.gz --discs discs.nii.gz --per range --vertebrae 2:3
        softcord measure out/*_probseg.nii.gz --discs auto --per level -o areas.tsv
        softcord measure mask.nii.gz --pmj pmj.nii.gz --distance 60 --per range
      """)

  @Argument(help: ArgumentHelp("Soft or binary masks.", valueName: "mask"))
  var masks: [String]

  @OptionGroup(title: "Where") var place: PlaceOptions

  @Option(help: "How cross-sections are measured: exact on soft masks, or SCT's published recipe for comparison.")
  var method = MeasurementMethod.exact

  @Option(help: ArgumentHelp("Scan of the mask: adds the areas of quadrants and the symmetry seen in the scan.", valueName: "image"))
  var anat: String?

  @Option(help: ArgumentHelp("Mask of the spinal canal: adds its area, and the cord's share of it (aSCOR).", valueName: "mask"))
  var canal: String?

  @Flag(help: "Add the compression ratio (MSCC) against 20 mm of cord, 10 mm above and below.")
  var compression = false

  @OptionGroup(title: "Output") var output: TableOptions

  @Option(help: ArgumentHelp("Plot of the area along the cord, SVG; of several masks, a folder.", valueName: "file"))
  var plot: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Masks measured at the same time (default: one per processor).", valueName: "n"))
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1.") }
    if let plot, masks.count == 1, (plot as NSString).pathExtension.lowercased() != "svg" {
      throw ValidationError("--plot writes SVG; name a file that ends in .svg.")
    }
    if plot != nil, masks.count > 1 { try refuseEqualNames() }
    let inputs = masks + [place.discs, place.levels, place.pmj, anat, canal].compactMap { $0 }
    for target in [output.path, output.dictionaryPath, plot].compactMap({ $0 }) where inputs.contains(target) {
      throw ValidationError("\(target) would replace an input.")
    }
    if let dictionary = output.dictionaryPath, inputs.contains(where: { OutputName.withoutExtension($0) + ".json" == dictionary }) {
      throw ValidationError("\(dictionary), which explains the columns, would replace the sidecar of an input; choose another -o.")
    }
  }

  /// Each mask's plot is named after it: two masks of one name would be one plot.
  private func refuseEqualNames() throws {
    for (name, same) in Dictionary(grouping: masks, by: OutputName.stem(of:)).sorted(by: { $0.key < $1.key }) where same.count > 1 {
      throw ValidationError(
        "--plot would write \(name).svg for \(same.joined(separator: " and ")); measure masks of one name with a folder each.")
    }
  }

  func run() async throws {
    let job = MeasureJob(
      place: place, method: method, anat: anat, canal: canal, compression: compression, wantsPlot: plot != nil)
    let shared = [place.discs, place.levels, place.pmj, anat, canal].compactMap { $0 }.filter { $0 != "auto" && !$0.contains("{}") }
    if masks.count > 1, let file = shared.first {
      Console.note("\(file) is used for all \(masks.count) masks; where each has its own, write {} for the scan's name, or auto")
    }
    let results = await concurrently(masks, title: "measuring \(masks.count) masks", jobs: jobs, job.measure)
    var rows: [MeasureRow] = []
    var plots: [(path: String, svg: String)] = []
    var failure: (any Error)?
    var next = results.startIndex
    do {
      try forEach(masks) { path in
        defer { next += 1 }
        let measured = try results[next].get()
        for note in measured.notes { Console.note("\(path): \(note)") }
        rows += measured.rows
        if let plot = measured.plot { plots.append((path, plot.svg)) }
      }
    } catch let caught as Failure {
      failure = caught
    }
    if !rows.isEmpty { try output.deliver(rows, of: job) }
    try write(plots)
    if let failure { throw failure }
  }

  private func write(_ plots: [(path: String, svg: String)]) throws {
    guard let plot else { return }
    if masks.count > 1 { try Folder.make(plot) }
    for (path, svg) in plots {
      try AtomicFile.write(Array(svg.utf8), to: masks.count > 1 ? "\(plot)/\(OutputName.stem(of: path)).svg" : plot)
    }
  }
}
