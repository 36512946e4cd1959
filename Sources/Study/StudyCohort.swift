import Datasets
import Foundation
import Numerics

/// One scan of one person.
public struct StudyScan: Sendable, Hashable {
  /// Name without `sub-`.
  public let person: String
  /// Name without the person: `flip-1_mt-on_MTS`.
  public let contrast: String
  public let image: DatasetFile
}

/// The people of a study with their scans, and who is tested.
public struct StudyCohort: Sendable {
  public let dataset: Dataset
  /// In the order of the settings, else of their names.
  public let contrasts: [String]
  public let train, test: [String]
  public let scans: [StudyScan]
  /// The value of the balancing column by person; empty without one.
  public let groups: [String: String]
  /// Contrasts that a person lacks.
  public let missing: [String]

  private static let suffixes: Set<String> = ["T1w", "T2w", "T2star", "MTS", "dwi"]

  /// Finds the people and splits them.
  ///
  /// - Throws: ``StudyError``, `DatasetError`.
  public init(at root: String, contrasts chosen: [String]?, split: StudySplit) throws {
    dataset = try Dataset(at: root)
    let all = try dataset.files(suffixes: Self.suffixes, datatypes: ["anat", "dwi"]).map { image -> StudyScan in
      var name = image.name
      (name[.subject], name[.session]) = (nil, nil)
      return StudyScan(person: image.name[.subject] ?? "", contrast: name.description, image: image)
    }
    guard !all.isEmpty else { throw StudyError.noPeople(path: root) }
    let found = Set(all.map(\.contrast)).sorted()
    if let absent = chosen?.first(where: { !found.contains($0) }) { throw StudyError.missingContrast(absent, found: found) }
    let wanted = chosen ?? found
    contrasts = wanted
    let scans = all.filter { wanted.contains($0.contrast) }
    let people = Set(scans.map(\.person)).sorted()
    var groups: [String: String] = [:]
    if let column = split.balance {
      for participant in try dataset.participants { groups[participant.subject] = participant.facts[column] ?? "none" }
    }
    self.groups = groups
    (train, test) = try split.sides(of: people, groups: groups)
    let used = Set(train + test)
    self.scans = scans.filter { used.contains($0.person) }
    missing = people.filter(used.contains).flatMap { person in
      let own = Set(scans.filter { $0.person == person }.map(\.contrast))
      return wanted.filter { !own.contains($0) }.map { "sub-\(person) has no \($0)" }
    }
  }

  /// Scans of the people who are tested.
  public var tested: [StudyScan] { scans.filter { test.contains($0.person) } }
  /// Scans of the people who are trained on.
  public var trained: [StudyScan] { scans.filter { train.contains($0.person) } }
}

extension StudySplit {
  /// Who is trained on and who is tested, in the order of names.
  ///
  /// A person's place in the draw depends on the name and the seed alone.
  ///
  /// - Throws: ``StudyError``.
  func sides(of people: [String], groups: [String: String]) throws(StudyError) -> (train: [String], test: [String]) {
    func named(_ list: [String]) throws(StudyError) -> [String] {
      let names = list.map { $0.hasPrefix("sub-") ? String($0.dropFirst(4)) : $0 }
      if let unknown = names.first(where: { !people.contains($0) }) { throw .unknownPerson(unknown, found: people) }
      return names.sorted()
    }
    var tested: [String] = []
    if let testPeople {
      tested = try named(testPeople)
    } else {
      let count = test ?? 0
      let drawn = people.map { person -> (Double, String) in
        var generator = Generator(
          seed: seed ?? 0, stream: person.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
        return (generator.uniform(0, 1), person)
      }.sorted { $0 < $1 }.map(\.1)
      let affected = drawn.filter { groups[$0, default: "none"] != "none" }
      let other = drawn.filter { groups[$0, default: "none"] == "none" }
      let half = groups.isEmpty ? 0 : min(affected.count, count / 2)
      tested = Array((affected.prefix(half) + other + affected.dropFirst(half)).prefix(count)).sorted()
    }
    let trained = try trainPeople.map { list throws(StudyError) in try named(list) } ?? people.filter { !tested.contains($0) }
    if let both = trained.first(where: tested.contains) { throw .personOnBothSides(both) }
    guard !tested.isEmpty, !trained.isEmpty else { throw .tooFewPeople(found: people.count, test: tested.count) }
    return (trained, tested)
  }
}
