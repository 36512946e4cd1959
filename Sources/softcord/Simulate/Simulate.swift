import ArgumentParser
import Cohorts
import Foundation
import Settings
import Simulation

extension Pathology: ExpressibleByArgument {}

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulate scans of digital necks whose truth is known exactly.",
    discussion: """
      Writes a BIDS data set in the layout of Spine Generic: the scans, and in derivatives/truth the exact fraction of each voxel that is \
      cord, canal, lesions, discs, levels, centerlines, how people moved between scans, and truth.tsv with each person's area and \
      diameters by vertebral level. The same seed gives the same bytes. The same command resumes a stopped run.

      Examples:
        softcord simulate necks --subjects 24 --seed 7 --preview
        softcord simulate necks --subjects 4 --contrasts T1w,T2w --pathology compression
        softcord simulate necks --subjects 24 --side 84 --levels C1:C5 --raters
        softcord simulate --print-config > my.yaml
        softcord simulate necks --config my.yaml
      """)

  @Argument(help: ArgumentHelp("Folder to write: new, empty, or of an earlier run with the same settings.", valueName: "dir"))
  var folder: String?

  @Option(help: ArgumentHelp("Number of people.", valueName: "n"))
  var subjects = 1

  @Option(help: ArgumentHelp("Seed of everything that is drawn.", valueName: "s"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Comma-separated: \(Contrast.allCases.map(\.rawValue).joined(separator: ", ")) (default: the first six).", valueName: "list"))
  var contrasts: String?

  @Option(
    help: ArgumentHelp("Pathology of the cords: \(Pathology.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "kind"))
  var pathology: Pathology?

  @Option(
    help: ArgumentHelp(
      "Folder of real scans (NAME.nii.gz) or label maps (NAME_dseg.nii.gz) with masks of the cord (NAME_seg.nii.gz): what they show around it is painted around ours.",
      valueName: "dir"))
  var anatomy: String?

  @Option(help: ArgumentHelp("Configuration, YAML; what it leaves out stays as --print-config shows it.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("Scan only a field of view of this side around the cord.", valueName: "mm"))
  var side: Double?

  @Option(help: ArgumentHelp("With --side: scan only these vertebrae: 1:5, or C1:C5.", valueName: "a:b"))
  var levels: LevelRange?

  @Flag(help: "Write masks as raters draw them too, into derivatives/labels.")
  var raters = false

  @Option(help: ArgumentHelp("Visits of each person, sessions ses-01 and on, with the true change in truth_change.tsv.", valueName: "n"))
  var visits: Int?

  @Option(help: ArgumentHelp("With --visits: years between them.", valueName: "years"))
  var interval = 1.0

  @Option(
    help: ArgumentHelp("With --visits: true change of the area, percent a year; people take them in turn: -2,0,1.", valueName: "list"))
  var change = "0"

  @Option(help: ArgumentHelp("People made at the same time; each takes up to 1 GB.", valueName: "n"))
  var jobs = 1

  @Flag(help: "Add a picture of each person.")
  var preview = false

  @Flag(help: "Print the configuration that would be used.")
  var printConfig = false

  var chosenContrasts: [Contrast]? {
    get throws {
      try contrasts.map { list in
        try list.split(separator: ",").map { name in
          guard let contrast = Contrast(rawValue: String(name)) else {
            throw ValidationError(
              "'\(name)' is no contrast; expected some of \(Contrast.allCases.map(\.rawValue).joined(separator: ", ")).")
          }
          return contrast
        }
      }
    }
  }

  private var changes: [Double] {
    get throws {
      try change.split(separator: ",").map {
        guard let value = Double($0), value.isFinite else { throw ValidationError("'\($0)' in --change is no number.") }
        return value
      }
    }
  }

  func validate() throws {
    _ = try changes
    if let visits, visits < 2 { throw ValidationError("--visits must be at least 2.") }
    if subjects < 1 { throw ValidationError("--subjects must be at least 1.") }
    if jobs < 1 { throw ValidationError("--jobs must be at least 1.") }
    if let chosen = try chosenContrasts {
      if chosen.isEmpty { throw ValidationError("--contrasts names none.") }
      if Set(chosen).count < chosen.count { throw ValidationError("--contrasts names one twice.") }
    }
    if levels != nil && side == nil { throw ValidationError("--levels needs --side.") }
    if folder == nil && !printConfig { throw ValidationError("A folder to write is needed.") }
  }

  /// The configuration file's settings, with what the options say put over them.
  private var settings: CohortSettings {
    get throws {
      var settings = try config.map { try Settings.read(from: $0, over: CohortSettings()) } ?? CohortSettings()
      if let seed { settings.seed = seed }
      if let chosen = try chosenContrasts { settings.contrasts = chosen }
      if let pathology { settings.setPathology(pathology) }
      if let side { settings.crop = .init(side: side, levels: levels.map { [$0.range.lowerBound, $0.range.upperBound] }) }
      if raters { settings.raters = true }
      if let visits { settings.visits = Visits(count: visits, interval: interval, change: try changes) }
      return settings
    }
  }

  func run() throws {
    let settings = try settings
    if printConfig { return try Console.result(Settings.readableText(settings)) }
    let (folder, task, observer) = (folder!, "simulating \(subjects)", WorkView.observer())
    let backdrops = try anatomy.map(Backdrop.all) ?? []
    if !backdrops.isEmpty { Console.note("around the cords: \(backdrops.map(\.name).joined(separator: ", "))") }
    let cohort = Cohort(
      folder: folder, settings: settings, program: .softcord, backdrops: backdrops)
    try cohort.write(people: subjects, jobs: jobs, preview: preview) { observer(.progress(task: task, fraction: $0)) }
    observer(.finished(task: task, remark: "→ \(folder)"))
  }
}
