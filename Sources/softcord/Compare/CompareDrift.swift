import ArgumentParser
import Datasets
import Derivatives
import Evaluation
import Files

struct CompareDrift: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift", abstract: "Check whether a new version measures a frozen set of scans as the old one did.",
    discussion: """
      FROZEN is the table of areas that the old version found in a set of scans, kept unchanged; NEW is what the new version finds in the \
      same scans. For each level the scale factor new / old with its 95 % interval is printed. The check passes, status 0, where the whole \
      interval of every level lies within the tolerance and no scan of the frozen set is missing; else the status is 3. The bridge keeps the \
      factors, so that old tables can be rescaled: softcord compare bridge.
      """)

  @Argument(help: ArgumentHelp("Table of the frozen set, NAME=PATH or a path.", valueName: "frozen"))
  var frozen: AreaSource

  @Argument(help: ArgumentHelp("What the new version finds: a table, or a folder of masks.", valueName: "new"))
  var new: AreaSource

  @OptionGroup(title: "Levels of masks that are measured") var labels: LabelOptions

  @Option(help: ArgumentHelp("Which masks count where names have the entity label-.", valueName: "name"))
  var label = "SC"

  @Option(help: ArgumentHelp("Largest difference of a factor from 1 that passes, percent.", valueName: "percent"))
  var tolerance = 1.0

  @Option(help: ArgumentHelp("File for the factors.", valueName: "file"))
  var bridge: String?

  @OptionGroup var table: StatisticsOptions

  @OptionGroup var parallel: JobOptions

  func validate() throws {
    if frozen.isFolder {
      throw ValidationError("\(frozen.path) is a folder; a frozen set is a table, which does not change with the program.")
    }
    if !(tolerance > 0 && tolerance < 100) { throw ValidationError("--tolerance is in percent, above 0 and below 100.") }
    try table.check(inputs: [frozen.path, new.path])
    try checked { if let bridge { try OutputPath.check(bridge, inputs: [frozen.path, new.path]) } }
  }

  func run() throws {
    let drift = try parallel.each("measuring masks") {
      try Drift(
        from: frozen.table(labels.files, label: label), to: new.table(labels.files, label: label, jobs: parallel.jobs, progress: $0),
        tolerance: tolerance / 100)
    }
    try table.deliver(drift.table)
    if let bridge {
      // A folder of masks has no checksum of its own: what was measured stands for it.
      let sum = new.isFolder ? "measured from masks" : try Checksum.sha256(ofFile: new.path)
      let kept = Bridge(drift, fromSHA256: try Checksum.sha256(ofFile: frozen.path), toSHA256: sum)
      guard !kept.factors.isEmpty else {
        throw Failure(.data, "\(new.path): no scan of the frozen set, so there is no factor for a bridge")
      }
      try AtomicFile.write(kept.fileBytes, to: bridge)
    }
    guard !drift.passes else { return Console.note("pass: \(drift.levels.count) levels within \(tolerance) %") }
    let failed = drift.levels.filter { $0.verdict != .pass }.map { "\($0.level) \($0.verdict.rawValue)" }
    throw Failure(.drift, "\(drift.new) does not pass against \(drift.old): \(failed.joined(separator: ", "))")
  }
}

struct CompareBridge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bridge", abstract: "Rescale the areas of an old table to a new version, and say so in the table.",
    discussion: """
      Areas are multiplied by their level's factor, their bounds widened by the factor's own uncertainty. Three columns are added: the area \
      as it was, the factor, and what was done. Levels without a factor become n/a. Diameters, volumes and all else stay as they were.
      """)

  @Argument(help: ArgumentHelp("File that softcord compare drift --bridge wrote.", valueName: "bridge"))
  var bridge: String

  @Argument(help: ArgumentHelp("Table of the old version.", valueName: "table"))
  var source: String

  @OptionGroup var table: StatisticsOptions

  func validate() throws { try table.check(inputs: [bridge, source]) }

  func run() throws { try table.deliver(Bridge(contentsOf: bridge).rescaled(source)) }
}
