import ArgumentParser
import Batch
import Files
import Foundation
import Pipeline

extension Shard: ExpressibleByArgument {}
extension NamedFolder: ExpressibleByArgument {}
extension BatchLevel: ExpressibleByArgument {}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Do a whole BIDS data set: masks, levels, measures, pictures, tables over people, and what to look at first.",
    discussion: """
      A BIDS App. The participant level makes a soft mask of each scan, with measures, a picture and a page, in a derivative data set; the \
      group level makes tables over people, and qc/index.html, which shows first what a person must look at. The input is never written to. \
      The same command goes on where it was stopped. Scans that fail are named in status.tsv with the reason, the others are done, and the \
      status is 1. Levels come from labels of discs or vertebrae, beside the scan or in the data sets named by -d.

      Examples:
        softcord run raw out participant
        softcord run raw out participant --participant-label 01 02 --contrasts T2w -d labels=raw/derivatives/labels
        softcord run raw out group
        softcord run raw out participant --shard 3/20
        softcord run raw out participant --write-slurm jobs
      """)

  @Argument(help: ArgumentHelp("Root of the BIDS data set.", valueName: "bids_dir"))
  var input: String

  @Argument(help: ArgumentHelp("Root of the derivative data set that is made.", valueName: "output_dir"))
  var output: String

  @Argument(help: "participant or group.")
  var level: BatchLevel

  @OptionGroup(title: "Which scans") var selection: SelectionOptions

  @Option(
    name: [.customShort("d"), .customLong("derivatives")], parsing: .upToNextOption,
    help: ArgumentHelp("Data sets with labels of levels, as NAME=PATH.", valueName: "name=path"))
  var derivatives: [NamedFolder] = []

  @Option(help: ArgumentHelp("Folder of masks that people corrected: a scan that has one is not segmented.", valueName: "dir"))
  var masks: String?

  @Option(
    name: [.customShort("w"), .customLong("work-dir"), .customLong("work_dir")],
    help: ArgumentHelp("Folder for logs of times.", valueName: "dir"))
  var workDir: String?

  @OptionGroup(title: "Resources") var resources: ResourceOptions

  @Option(help: ArgumentHelp("Vertebrae that are taken as one (default: C2:C3).", valueName: "a:b"))
  var vertebrae: LevelRange?

  @Option(help: ArgumentHelp("Do only the K-th of every N scans, for any scheduler.", valueName: "k/n"))
  var shard = Shard.whole

  @Option(help: ArgumentHelp("Verdicts on scans, TSV, as the QC page exports them (default: OUTPUT/qc/verdicts.tsv).", valueName: "file"))
  var verdicts: String?

  @Flag(help: "List what would be done.")
  var dryRun = false

  @Flag(help: "Only make pages and pictures anew, from masks that are there.")
  var reportsOnly = false

  @Flag(help: "End with the first scan that fails.")
  var stopOnFirstCrash = false

  @Flag(
    name: [.customLong("skip-bids-validation"), .customLong("skip_bids_validation"), .customLong("skip-bids-validator")],
    help: "Take a folder without dataset_description.json, too.")
  var skipBidsValidation = false

  @Option(help: ArgumentHelp("Write a Slurm array script that does this, and run nothing.", valueName: "dir"))
  var writeSlurm: String?

  @Option(help: ArgumentHelp("Write a Snakemake workflow that does this, and run nothing.", valueName: "dir"))
  var writeSnakemake: String?

  @OptionGroup(title: "Network") var model: ModelOptions

  private func request() throws -> BatchRequest {
    var request = BatchRequest(input: input, output: output, model: model.path)
    request.filter = try selection.filter
    (request.derivatives, request.masks, request.workFolder, request.shard) = (derivatives, masks, workDir, shard)
    request.vertebrae = vertebrae?.range ?? request.vertebrae
    (request.segmentation, request.workers, request.threads) = (
      model.settings, resources.nprocs, resources.ompNthreads ?? model.compute.threads
    )
    request.memory = resources.memory
    (request.stopsOnFirstFailure, request.skipsValidation) = (stopOnFirstCrash, skipBidsValidation)
    (request.reportsOnly, request.verdicts) = (reportsOnly, verdicts)
    return request
  }

  func run() throws {
    var request = try request()
    if let folder = writeSlurm ?? writeSnakemake {
      let scripts = try ClusterScripts(request: request, command: CommandLine.arguments)
      for path in try writeSlurm != nil ? scripts.writeSlurm(to: folder) : scripts.writeSnakemake(to: folder) { Console.note("→ \(path)") }
      return
    }
    switch level {
    case .group: Console.note(try GroupRun(request).run())
    case .participant:
      if !dryRun { request.device = try model.compute.choose() }
      let work = try ParticipantRun(request)
      if dryRun { return try Console.result(work.plan.formatted(as: isatty(STDOUT_FILENO) == 1 ? .text : .tsv)) }
      let outcome = try work.run(observer: WorkView.observer())
      Console.note(outcome.summary)
      if !outcome.failed.isEmpty { throw Failure(.partial, "\(outcome.failed.count) scans failed; \(output)/status.tsv says why") }
    }
  }
}

/// Which scans of a data set are taken.
struct SelectionOptions: ParsableArguments {
  @Option(
    name: [.customLong("participant-label"), .customLong("participant_label")], parsing: .upToNextOption,
    help: ArgumentHelp("People, with or without sub- (default: all).", valueName: "label"))
  var participantLabel: [String] = []

  @Option(
    name: [.customLong("session-label"), .customLong("session_label")], parsing: .upToNextOption,
    help: ArgumentHelp("Sessions, with or without ses- (default: all).", valueName: "label"))
  var sessionLabel: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Suffixes (T2w), or contrasts with what tells them apart (acq-ax_T2w) (default: all of anatomy).", valueName: "name")
  )
  var contrasts: [String] = []

  @Option(
    name: [.customLong("bids-filter-file"), .customLong("bids_filter_file")],
    help: ArgumentHelp("Conditions in JSON, as fMRIPrep has them.", valueName: "file"))
  var bidsFilterFile: String?

  var filter: ScanFilter {
    get throws {
      var filter = ScanFilter()
      (filter.people, filter.sessions) = (participantLabel, sessionLabel)
      filter.contrasts = contrasts.flatMap { $0.split(separator: ",").map(String.init) }
      filter.queries = try bidsFilterFile.map(ScanFilter.queries) ?? []
      return filter
    }
  }
}

/// What of the machine may be used.
struct ResourceOptions: ParsableArguments {
  @Option(
    name: [.customLong("nprocs"), .customLong("n-cpus"), .customLong("n_cpus"), .customLong("nthreads")],
    help: ArgumentHelp("Scans at the same time (default: one per processor).", valueName: "n"))
  var nprocs: Int?

  @Option(
    name: [.customLong("omp-nthreads"), .customLong("omp_nthreads")],
    help: ArgumentHelp("Threads of each scan's network (default: 1); other numbers may change the last bits of masks.", valueName: "n"))
  var ompNthreads: Int?

  @Option(
    name: [.customLong("mem"), .customLong("mem-mb"), .customLong("mem_mb")],
    help: ArgumentHelp("Memory that scans may take together: MB, or with a unit, as 8G (default: no limit).", valueName: "size"))
  var mem: String?

  func validate() throws {
    for (name, value) in [("--nprocs", nprocs), ("--omp-nthreads", ompNthreads)] where value.map({ $0 < 1 }) == true {
      throw ValidationError("\(name) must be at least 1.")
    }
    if mem != nil, memory == nil { throw ValidationError("--mem takes MB, or a size such as 8G.") }
  }

  /// GB.
  var memory: Double? {
    guard let mem else { return nil }
    let digits = mem.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits), number > 0 else { return nil }
    switch mem.dropFirst(digits.count).uppercased() {
    case "", "M", "MB": return number / 1000
    case "G", "GB": return number
    case "T", "TB": return number * 1000
    default: return nil
    }
  }
}
