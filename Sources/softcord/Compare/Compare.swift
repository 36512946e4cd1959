import ArgumentParser
import Derivatives
import Evaluation
import Statistics

extension AreaSource: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
extension Wilcoxon.Zeros: ExpressibleByArgument {}

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare methods, or versions of a model, by the areas they find.",
    discussion: """
      Every method is a table of `softcord measure` (one row for each scan and level) or a folder of masks, which are measured. Without a \
      subcommand, methods are compared with each other.

      Examples:
        softcord compare paper=paper.tsv ours=ours.tsv --truth truth.tsv --vertebrae 2:3
        softcord compare old=masks-1.0 new=masks-1.1 --discs labels --vertebrae 2:3 --output-dir compared
        softcord compare drift frozen.tsv new.tsv --bridge bridge.json
        softcord compare bridge bridge.json old.tsv -o rescaled.tsv
      """,
    subcommands: [CompareMethods.self, CompareDrift.self, CompareBridge.self, CompareDesign.self, CompareGroups.self],
    defaultSubcommand: CompareMethods.self)
}

struct CompareMethods: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "methods", abstract: "Compare two or more methods on the same scans (the default).",
    discussion: """
      Prints statistics, one a row: area by contrast, SD across the contrasts of each person (sample SD), error against the truth, tests of \
      paired values, analysis of variance of repeated measures, Bland and Altman's limits, intraclass correlations, regressions of both \
      methods, minimal detectable change and sizes of trials. Only scans that all methods measured count; others are named. A value that \
      cannot be computed is n/a with its reason. docs/evaluation.md has the definitions.
      """)

  @Argument(help: ArgumentHelp("Methods, each NAME=PATH or a path: a table of areas, or a folder of masks.", valueName: "method"))
  var methods: [AreaSource]

  @Option(
    help: ArgumentHelp(
      "Areas that are known: a table (a row without contrast holds for all scans of the person) or exact masks.", valueName: "path"))
  var truth: AreaSource?

  @OptionGroup(title: "Levels") var labels: LabelOptions

  @Option(help: ArgumentHelp("Which masks count where names have the entity label-.", valueName: "name"))
  var label = "SC"

  @Option(
    help: ArgumentHelp(
      "Differences of zero in Wilcoxon's test: wilcox drops them, pratt ranks and drops them, zsplit shares their ranks.", valueName: "way")
  )
  var zeros = Wilcoxon.Zeros.wilcox

  @Option(
    help: ArgumentHelp(
      "Margin of equivalence: largest mean difference of areas that is negligible, mm²; adds tests (TOST).", valueName: "mm2"))
  var margin: Double?

  @Option(help: ArgumentHelp("Deming's ratio of error variances, of the second method over the first.", valueName: "r"))
  var errorRatio = 1.0

  @Option(help: ArgumentHelp("Draws of the bootstrap, whole people at a time.", valueName: "n"))
  var draws = 2000

  @Option(help: ArgumentHelp("Seed of the bootstrap.", valueName: "s"))
  var seed: UInt64 = 1

  @OptionGroup var table: StatisticsOptions

  @Option(help: ArgumentHelp("Folder for all tables, JSON and a report in HTML.", valueName: "dir"))
  var outputDir: String?

  @OptionGroup var parallel: JobOptions
  func validate() throws {
    if methods.count < 1 { throw ValidationError("At least one method is needed.") }
    if Set(methods.map(\.name)).count < methods.count { throw ValidationError("Two methods have the same name; write NAME=PATH.") }
    if let margin, !(margin > 0 && margin.isFinite) { throw ValidationError("--margin must be positive.") }
    if !(errorRatio > 0 && errorRatio.isFinite) { throw ValidationError("--error-ratio must be positive.") }
    if draws < 100 { throw ValidationError("--draws must be at least 100.") }
    try table.check(inputs: (methods + (truth.map { [$0] } ?? [])).map(\.path))
  }

  /// What the options ask for.
  private var request: ComparisonRequest {
    var request = ComparisonRequest(methods: methods)
    (request.truth, request.labels, request.label) = (truth, labels.files, label)
    request.settings = .init(
      zeros: zeros, margin: margin, errorRatio: errorRatio, bootstrap: ClusterBootstrap(draws: draws, seed: seed))
    return request
  }

  func run() throws {
    if request.lacksLevels {
      Console.note("no labels were given: areas are means over each scan's own field of view, which differs between contrasts")
    }
    let comparison = try parallel.each("measuring masks") { try request.run(jobs: parallel.jobs, progress: $0) }
    for line in comparison.excluded { Console.note("left out: \(line)") }
    if let outputDir {
      try comparison.write(to: outputDir, program: "softcord \(SoftCord.version)", facts: facts)
    }
    if table.output != nil || outputDir == nil { try table.deliver(comparison.findingTable) }
  }

  private var facts: [(name: String, value: String)] {
    let inputs = (methods + (truth.map { [$0] } ?? [])).map { input in
      let sum = input.isFolder ? nil : try? Checksum.sha256(ofFile: input.path)
      return (name: input.name, value: input.path + (sum.map { ", SHA-256 \($0)" } ?? ", folder of masks"))
    }
    return inputs + [
      ("bootstrap", "\(draws) draws of whole people, seed \(seed)"), ("zero differences", zeros.rawValue),
      ("margin of equivalence", margin.map { "\($0) mm²" } ?? "none given: equivalence was not tested"),
      ("Deming's ratio of error variances", "\(errorRatio)"),
    ]
  }
}
