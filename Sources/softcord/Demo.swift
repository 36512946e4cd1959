import ArgumentParser
import Cohorts
import Datasets
import Files
import Foundation
import Morphometry
import NIfTI
import Reports
import Simulation
import Volumes

struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the whole path: scans, soft masks, areas, pictures.",
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
    let (segmenter, identity) = try model.load()
    let writer = MaskWriter(model: identity, binarize: nil)
    try makeFolder(outputDir)

    /// Segments a scan, writes mask and picture, and measures the mask.
    func process(_ path: String) throws -> CordMeasurements {
      let scan = try NIfTI.read(path)
      let name = OutputName(of: path)
      var bar = ProgressBar(name.stem)
      for note in scan.notes { Console.note("\(path): \(note)") }
      let mask = try segmenter.segment(scan.volume) { bar.update($0) }.mask
      let target = "\(outputDir)/\(name.mask()).nii.gz"
      try Overlay(title: name.stem).picture(of: scan.volume, mask: mask).write(to: "\(outputDir)/\(name.stem).png")
      _ = try writer.write(mask, of: scan, source: path, to: target)
      bar.finish("→ \(target)")
      return try Morphometry.measure(mask: mask)
    }

    if let image {
      _ = try naming(image) { try process(image) }
      let job = MeasureJob(place: try .parse([]), method: .exact, anat: nil, canal: nil, compression: false, wantsPlot: false)
      let mask = "\(outputDir)/\(OutputName(of: image).mask()).nii.gz"
      try finish(MeasureTable(job: job).table(try job.measure(mask).rows))
    } else {
      try finish(try digitalNeck(process))
    }
  }

  private func finish(_ table: Table) throws {
    try table.write(to: "\(outputDir)/measurements.tsv", as: .tsv)
    try Console.result(table.formatted(as: .text))
    Console.note("Soft masks, measurements.tsv and pictures to look at are in \(URL(fileURLWithPath: outputDir).path)")
  }

  /// One neck in two contrasts; each level's measurement beside its truth.
  private func digitalNeck(_ process: (String) throws -> CordMeasurements) throws -> Table {
    var table = Table(columns: [
      .init("scan", "Contrast"), .init("level", "Vertebral level"), .init("slices", "Slices of the level in the scan"),
      .init("csa_mm2", "Measured area, mm²", decimals: 1), .init("csa_true_mm2", "Exact area, mm²", decimals: 1),
      .init("csa_error_percent", "Difference, percent of the truth", decimals: 1),
      .init("ap_diameter_mm", "Measured anterior-posterior diameter, mm"), .init("ap_true_mm", "Exact, mm"),
      .init("rl_diameter_mm", "Measured right-left diameter, mm"), .init("rl_true_mm", "Exact, mm"),
    ])
    let settings = CohortSettings(seed: seed, contrasts: [.t2w, .t1w])
    let cohort = Cohort(folder: outputDir, settings: settings, program: .init(name: "softcord", version: SoftCord.version))
    let neck = cohort.neck(of: 1)
    for contrast in settings.contrasts {
      let acquisition = cohort.acquisition(of: neck, person: 1, contrast)
      let scan = acquire(neck, acquisition)
      let stem = "sub-001_\(contrast.rawValue)"
      let path = "\(outputDir)/\(stem).nii.gz"
      try NIfTI.write(scan.image, to: path)
      try NIfTI.write(scan.cord, to: "\(outputDir)/sub-001_space-\(contrast.rawValue)_label-SC_desc-truth_probseg.nii.gz")
      let measured = try process(path).filter { !$0.isCutByFieldOfView }.compactMap(\.section)
      let levels = neck.levels(of: measured.map { acquisition.motion.personFromSeries($0.center) })
      for level in 2...8 {
        let sections = zip(measured, levels).filter { $1 == level }.map(\.0)
        guard sections.count >= 3 else { continue }
        func mean(_ value: (CrossSection) -> Double) -> Double { Spread(of: sections.map(value)).mean }
        let (area, truth, diameters) = (mean(\.area), neck.trueArea(level: level), neck.trueDiameters(level: level))
        table.append([
          .text(contrast.rawValue), .text(Neck.name(ofLevel: level)), .integer(sections.count), .number(area), .number(truth),
          .number((area / truth - 1) * 100), .number(mean(\.apDiameter)), .number(diameters.ap), .number(mean(\.rlDiameter)),
          .number(diameters.rl),
        ])
      }
    }
    return table
  }
}
