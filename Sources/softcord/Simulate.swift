import ArgumentParser
import Datasets
import Foundation
import NIfTI
import Reports
import Simulation
import Volumes

extension Pathology: ExpressibleByArgument {}

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulate scans of digital necks whose truth is known exactly.",
    discussion: """
      Writes a BIDS data set: the scans, and in derivatives/truth the exact fraction of each voxel that is cord, and truth.tsv with each \
      person's area and diameters by vertebral level. The same seed gives the same bytes.

      Example:
        softcord simulate necks --subjects 4 --seed 7 --contrasts T1w,T2w,T2star
      """)

  @Argument(help: ArgumentHelp("Folder to write; it must be new or empty.", valueName: "dir"))
  var folder: String

  @Option(help: ArgumentHelp("Number of people.", valueName: "n"))
  var subjects = 1

  @Option(help: ArgumentHelp("Seed of everything that is drawn.", valueName: "s"))
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Comma-separated: \(Contrast.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "list"))
  var contrasts = "T1w,T2w"

  @Option(
    help: ArgumentHelp("What is wrong with the cords: \(Pathology.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "kind"))
  var pathology = Pathology.none

  var chosenContrasts: [Contrast] {
    get throws {
      try contrasts.split(separator: ",").map { name in
        guard let contrast = Contrast(rawValue: String(name)) else {
          throw ValidationError("'\(name)' is no contrast; expected some of \(Contrast.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return contrast
      }
    }
  }

  func validate() throws {
    if subjects < 1 { throw ValidationError("--subjects must be at least 1.") }
    if try chosenContrasts.isEmpty { throw ValidationError("--contrasts names none.") }
  }

  func run() throws {
    let contents = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard contents.isEmpty else {
      throw Failure(.cannotWrite, "\(folder): the folder is not empty; name a new one, nothing is overwritten")
    }
    let cohort = SimulatedCohort(folder: folder, contrasts: try chosenContrasts, pathology: pathology, seed: seed)
    var bar = ProgressBar("simulating \(subjects)")
    try cohort.write(subjects: subjects) { bar.update($0) }
    bar.finish("→ \(folder)")
  }
}

/// A BIDS data set of simulated people, with derivatives that hold their truth.
struct SimulatedCohort {
  let folder: String
  let contrasts: [Contrast]
  let pathology: Pathology
  let seed: UInt64

  private static let program = [["Name": "softcord", "Version": SoftCord.version]]

  /// Writes the data set.
  ///
  /// - Parameter progress: Called after each scan with the fraction done.
  func write(subjects: Int, progress: (Double) -> Void) throws {
    let derivatives = folder + "/derivatives/truth"
    try makeFolder(derivatives)
    try write(
      ["Name": "Simulated necks", "BIDSVersion": "1.10.0", "DatasetType": "raw", "GeneratedBy": Self.program],
      to: folder + "/dataset_description.json")
    try write(
      [
        "Name": "Exact truth of simulated necks", "BIDSVersion": "1.10.0", "DatasetType": "derivative", "GeneratedBy": Self.program,
        "DatasetLinks": ["raw": "../.."],
      ],
      to: derivatives + "/dataset_description.json")
    try AtomicFile.write(Array("truth.tsv\n".utf8), to: derivatives + "/.bidsignore")
    var people = Table(columns: [.init("participant_id", "Name of the person")])
    var truth = SimulatedCohort.truthTable
    for subject in 1...subjects {
      let name = String(format: "sub-%03d", subject)
      people.append([.text(name)])
      let neck = self.neck(subject: subject)
      for level in 1...10 { truth.append(SimulatedCohort.truthRow(name, neck, level: level)) }
      for (index, contrast) in contrasts.enumerated() {
        let scan = acquire(neck, acquisition(of: neck, subject: subject, contrast))
        let place = contrast == .dwi ? "dwi" : "anat"
        let stem = contrast == .random ? "\(name)_acq-random_T1w" : "\(name)_\(contrast.rawValue)"
        try makeFolder("\(folder)/\(name)/\(place)")
        try makeFolder("\(derivatives)/\(name)/\(place)")
        try NIfTI.write(scan.image, to: "\(folder)/\(name)/\(place)/\(stem).nii.gz")
        try write(
          ["GeneratedBy": Self.program, "Contrast": contrast.rawValue, "Simulated": true], to: "\(folder)/\(name)/\(place)/\(stem).json")
        try writeTruth(
          scan, of: stem, source: "bids:raw:\(name)/\(place)/\(stem).nii.gz",
          to: "\(derivatives)/\(name)/\(place)/\(OutputName(of: stem).mask())")
        progress(Double((subject - 1) * contrasts.count + index + 1) / Double(subjects * contrasts.count))
      }
    }
    try people.write(to: folder + "/participants.tsv", as: .tsv)
    try truth.write(to: derivatives + "/truth.tsv", as: .tsv)
  }

  /// Writes a scan's exact occupancy with its sidecar.
  ///
  /// - Parameter path: Without extension.
  func writeTruth(_ scan: SimulatedScan, of stem: String, source: String? = nil, to path: String) throws {
    try write(
      [
        "SpatialReference": "orig", "Description": "Fraction of each voxel that is spinal cord, integrated exactly",
        "Sources": [source ?? stem + ".nii.gz"], "GeneratedBy": Self.program,
      ], to: path + ".json")
    try NIfTI.write(scan.cord, to: path + ".nii.gz")
  }

  /// The same person whatever contrasts are asked for.
  func neck(subject: Int) -> Neck {
    var generator = Generator(seed: seed, stream: UInt64(subject))
    return Neck(generator: &generator, pathology: pathology)
  }

  func acquisition(of neck: Neck, subject: Int, _ contrast: Contrast) -> Acquisition {
    let index = UInt64(Contrast.allCases.firstIndex(of: contrast)!)
    var generator = Generator(seed: seed, stream: UInt64(subject), index)
    return contrast == .random ? .random(for: neck, generator: &generator) : .standard(contrast, for: neck, generator: &generator)
  }

  static var truthTable: Table {
    Table(columns: [
      .init("participant_id", "Name of the person"), .init("level", "Vertebral level, C1 = 1"),
      .init("csa_mm2", "Area of the cord perpendicular to its centerline, mean over the level, mm²"),
      .init("ap_diameter_mm", "Anterior-posterior diameter, mean over the level, mm"),
      .init("rl_diameter_mm", "Right-left diameter, mean over the level, mm"),
    ])
  }

  static func truthRow(_ name: String, _ neck: Neck, level: Int) -> [Table.Value] {
    let (ap, rl) = neck.trueDiameters(level: level)
    return [.text(name), .integer(level), .number(neck.trueArea(level: level)), .number(ap), .number(rl)]
  }

  private func write(_ object: [String: Any], to path: String) throws {
    let json = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    try AtomicFile.write([UInt8](json), to: path)
  }
}
