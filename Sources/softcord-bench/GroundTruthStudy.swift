import ArgumentParser
import Cohorts
import Derivatives
import Files
import Foundation
import GroundTruth
import Morphometry
import Registration
import Simulation
import Volumes

/// Both recipes on simulated people whose truth is known: `tools/ground_truth_study.sh` runs it.
struct GroundTruthStudy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ground-truth", abstract: "Compare recipes of soft ground truth on simulated people.")

  @Argument(help: ArgumentHelp("Folder for the tables.", valueName: "dir"))
  var folder: String

  @Option(help: ArgumentHelp("Number of people.", valueName: "n"))
  var subjects = 24

  @Option(help: ArgumentHelp("Seed of everything that is drawn.", valueName: "s"))
  var seed: UInt64 = 7

  /// What is known of a person before norms are learnt: kept, so that a stopped study goes on.
  private struct Stage: Codable {
    /// Checksum of the program: another one may find something else.
    var program: String
    var clean, spoilt: Preparation
    var paper: StudyScore
    var seconds: Double
  }

  func run() throws {
    let (kept, stages) = (folder + "/scans", folder + "/people")
    for place in [kept, stages] { try Folder.make(place) }
    let program = try Checksum.sha256(ofFile: Bundle.main.executablePath ?? CommandLine.arguments[0])
    let reference = Contrast.t2w.rawValue
    func stage(_ subject: Int) throws -> Stage {
      let path = stages + String(format: "/seed-%llu_sub-%03d.json", seed, subject)
      if let data = FileManager.default.contents(atPath: path), let stage = try? JSONDecoder().decode(Stage.self, from: data),
        stage.program == program
      {
        return stage
      }
      let person = try StudyPerson(seed: seed, subject: subject, keptIn: kept)
      let start = Date()
      let clean = try Preparation(person.scans, reference: reference)
      let seconds = Date().timeIntervalSince(start)
      let (kind, index) = Self.fault(of: subject)
      var scans = person.scans
      // A swapped contrast is that of the person before.
      let other = kind == .swapped ? try StudyPerson(seed: seed, subject: subject > 1 ? subject - 1 : 2, keptIn: kept) : person
      scans[index] = kind(scans[index], other: other.scans[index])
      let spoilt = try Preparation(scans, reference: reference)
      let paper = StudyScore(
        PaperRecipe()(person.scans, reference: person.scans.firstIndex { $0.name == reference } ?? 0), of: person, reference: reference,
        judged: person.judged)
      let stage = Stage(program: program, clean: clean, spoilt: spoilt, paper: paper, seconds: seconds)
      try AtomicFile.write([UInt8](JSONEncoder().encode(stage)), to: path)
      return stage
    }
    var people: [Stage] = []
    for subject in 1...subjects {
      people.append(try stage(subject))
      FileHandle.standardError.write(Data("person \(subject) of \(subjects) is registered\n".utf8))
    }
    let norms = ContrastNorms(people.map(\.clean))
    var scores = people.enumerated().map { StudyScore.Row(subject: $0 + 1, method: "paper", score: $1.paper) }
    for (k, stage) in people.enumerated() {
      let person = try StudyPerson(seed: seed, subject: k + 1, keptIn: kept)
      let start = Date()
      guard let recipe = RefinedRecipe(norms.examined(stage.clean), norms: norms) else { continue }
      let refined = person.scans.compactMap { recipe.truth(of: $0.name, on: $0.mask.grid) }
      let seconds = stage.seconds + Date().timeIntervalSince(start)
      let score = StudyScore(refined, of: person, reference: recipe.person.reference, judged: person.judged)
      scores.append(.init(subject: k + 1, method: "refined", score: score, seconds: seconds))
    }
    try Self.table(scores).write(to: folder + "/people.tsv", as: .tsv)
    try offsets(norms).write(to: folder + "/offsets.tsv", as: .tsv)
    let found = faults(people.map(\.spoilt), clean: people.map { norms.examined($0.clean) })
    try found.write(to: folder + "/spoilt.tsv", as: .tsv)
    print(Self.summary(scores).formatted(as: .text))
    print(found.formatted(as: .text))
  }

  /// Every kind of fault meets every contrast once in 24 people.
  private static func fault(of subject: Int) -> (kind: SimulatedFault, index: Int) {
    let kinds = SimulatedFault.allCases
    return (kinds[(subject - 1) % kinds.count], (subject - 1) / kinds.count % Contrast.named.count)
  }

  private static func table(_ rows: [StudyScore.Row]) -> Table {
    var table = Table(columns: [
      .init("participant_id", "Person"), .init("method", "Recipe"),
      .init("registration_rms_mm", "Distance across the cord between where slices lie and where they were put, RMS", decimals: 3),
      .init("c2c3_area_error_percent", "Area of the soft masks against the exact ones, C2 and C3, mean over contrasts"),
      .init("edge_error", "Mean absolute error of the occupancy of edge voxels, mean over contrasts", decimals: 4),
      .init("seconds", "Time from scans to soft masks, all contrasts", decimals: 1),
    ])
    for row in rows {
      table.append([
        .text(String(format: "sub-%03d", row.subject)), .text(row.method), .number(row.score.registration), .number(row.score.area),
        .number(row.score.edge), .number(row.seconds),
      ])
    }
    return table
  }

  private static func summary(_ rows: [StudyScore.Row]) -> Table {
    var table = Table(columns: [
      .init("method", "Recipe"), .init("people", "Number"), .init("registration_rms_mm", "Mean over people", decimals: 3),
      .init("area_error_percent", "Mean absolute"), .init("area_bias_percent", "Mean"), .init("edge_error", "Mean", decimals: 4),
      .init("seconds", "Mean", decimals: 1),
    ])
    for method in ["paper", "refined"] {
      let own = rows.filter { $0.method == method }
      func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
      table.append([
        .text(method), .integer(own.count), .number(mean(own.compactMap(\.score.registration))),
        .number(mean(own.compactMap(\.score.area).map(abs))), .number(mean(own.compactMap(\.score.area))),
        .number(mean(own.compactMap(\.score.edge))), .number(mean(own.compactMap(\.seconds))),
      ])
    }
    return table
  }

  private func offsets(_ norms: ContrastNorms) -> Table {
    var table = Table(columns: [
      .init("contrast", "Contrast"), .init("offset_mm", "Contour offset found", decimals: 3),
      .init("drawn_mm", "Contour offset that the raters had on average", decimals: 3),
      .init("edge_mm", "Contour offset found of the edges that images show", decimals: 3),
    ])
    for contrast in Contrast.named {
      let drawn = SimulatedRater.areaOffsets[contrast]! / SimulatedRater.perimeter
      table.append([
        .text(contrast.rawValue), .number(norms.offsets[contrast.rawValue]), .number(drawn),
        .number(norms.edgeOffsets[contrast.rawValue]),
      ])
    }
    return table
  }

  /// Who was found; norms are learnt from the spoilt people themselves.
  private func faults(_ spoilt: [Preparation], clean: [Preparation]) -> Table {
    let norms = ContrastNorms(spoilt)
    var table = Table(columns: [
      .init("participant_id", "Person"), .init("fault", "What was done"), .init("contrast", "To which contrast"),
      .init("found", "1 where it was left out"), .init("false_alarms", "Other contrasts of the person left out"),
      .init("clean_false_alarms", "Contrasts of the unspoilt person left out"), .init("reason", "Why"),
    ])
    for (k, person) in spoilt.enumerated() {
      let (kind, index) = Self.fault(of: k + 1)
      let name = Contrast.named[index].rawValue
      let left = norms.examined(person).contrasts.filter { $0.disagreement != nil }
      let own = left.first { $0.name == name }
      table.append([
        .text(String(format: "sub-%03d", k + 1)), .text(kind.rawValue), .text(name), .integer(own == nil ? 0 : 1),
        .integer(left.count { $0.name != name }), .integer(clean[k].contrasts.count { $0.disagreement != nil }),
        .text(left.map { "\($0.name): \($0.disagreement!)" }.joined(separator: " | ")),
      ])
    }
    return table
  }
}
