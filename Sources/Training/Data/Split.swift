import Numerics

/// What a person's scans are for.
public enum Side: String, Sendable, Codable { case train, validation, test }

/// Who is trained on, who is validated on, and who is left alone.
///
/// Everyone is on one side only. People that are named, here or in a table, are where they are named; the others are drawn.
public struct Split: Sendable, Hashable, Codable {
  /// Shares of the people that are drawn.
  public var validation: Double?
  public var test: Double?
  /// Of the drawing; 0 when absent. The same seed and the same people give the same split.
  public var seed: UInt64?
  public var validationPeople: [String]?
  public var testPeople: [String]?

  public init(validation: Double? = nil, test: Double? = nil, seed: UInt64? = nil) {
    (self.validation, self.test, self.seed) = (validation, test, seed)
  }

  /// The scans of each side.
  ///
  /// - Throws: ``TrainingError/personOnBothSides(person:)``; ``TrainingError/source(path:reason:)`` for shares that do not exist
  ///   and people that nobody knows.
  func sides(of scans: [LabelledScan]) throws -> [Side: [LabelledScan]] {
    let (validated, tested) = (validation ?? 0, test ?? 0)
    guard validated >= 0, tested >= 0, validated + tested < 1 else {
      throw TrainingError.source(path: "data.split", reason: "validation and test must be shares from 0 up that leave some for training")
    }
    let people = Set(scans.map(\.person))
    var sides: [String: Side] = [:]
    func put(_ person: String, _ side: Side) throws {
      guard sides.updateValue(side, forKey: person) ?? side == side else { throw TrainingError.personOnBothSides(person: person) }
    }
    for scan in scans { if let side = scan.side { try put(scan.person, side) } }
    for (named, side) in [(validationPeople, Side.validation), (testPeople, .test)] {
      for person in named ?? [] {
        guard people.contains(person) else {
          throw TrainingError.source(
            path: "data.split", reason: "\(person) has no scan; people are: \(people.sorted().prefix(3).joined(separator: ", ")), …")
        }
        try put(person, side)
      }
    }
    // A person's place in the draw depends on the name and the seed alone.
    let drawn = people.filter { sides[$0] == nil }.map { person -> (Double, String) in
      var generator = Generator(seed: seed ?? 0, stream: person.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
      return (generator.uniform(0, 1), person)
    }.sorted { $0 < $1 }.map(\.1)
    let tests = Int((Double(drawn.count) * tested).rounded())
    let validations = Int((Double(drawn.count) * validated).rounded())
    for (place, person) in drawn.enumerated() {
      sides[person] = place < tests ? .test : place < tests + validations ? .validation : .train
    }
    return Dictionary(grouping: scans) { sides[$0.person]! }
  }
}
