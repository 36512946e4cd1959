import Datasets
import Foundation
import Testing
import Training
import Yams

@testable import Study

@Suite("Configurations of studies")
struct ConfigurationTests {
  @Test("Presets are valid", arguments: StudyPreset.allCases)
  func presets(preset: StudyPreset) throws {
    let text = try String(contentsOfFile: Self.folder + "/\(preset.rawValue).yaml", encoding: .utf8)
    let configuration = try YAMLDecoder().decode(StudyConfiguration.self, from: text)
    try configuration.validate()
    #expect(configuration.measured == 2...3)
  }

  @Test("What cannot be compared is refused by name")
  func unknownMethod() throws {
    var configuration = try Self.example
    configuration.comparisons = [.init(name: "odd", methods: ["binary", "nobody"])]
    #expect { try configuration.validate() } throws: { "\($0)".contains("there is no method nobody") }
    configuration.comparisons = []
    configuration.cohort.path = "both"
    #expect(throws: StudyError.self) { try configuration.validate() }
  }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../Sources/Study/Configurations"

  static var example: StudyConfiguration {
    get throws {
      try YAMLDecoder().decode(StudyConfiguration.self, from: String(contentsOfFile: folder + "/study.yaml", encoding: .utf8))
    }
  }
}

@Suite("Who is tested")
struct SplitTests {
  let people = (1...24).map { String(format: "%03d", $0) }

  @Test("The same seed gives the same people, another one others, and nobody is on both sides")
  func seeds() throws {
    let (first, again, other) = try (
      StudySplit(test: 8, seed: 1).sides(of: people, groups: [:]), StudySplit(test: 8, seed: 1).sides(of: people.reversed(), groups: [:]),
      StudySplit(test: 8, seed: 2).sides(of: people, groups: [:])
    )
    #expect(first.test == again.test)
    #expect(first.test != other.test)
    #expect(first.test.count == 8 && first.train.count == 16)
    #expect(Set(first.test).isDisjoint(with: first.train))
  }

  @Test("Half of the tested have a finding, or all who have one where there are fewer", arguments: [0, 2, 4, 12, 24])
  func balance(affected: Int) throws {
    let groups = Dictionary(uniqueKeysWithValues: people.enumerated().map { ($1, $0 < affected ? "lesion" : "none") })
    let test = try StudySplit(test: 8, seed: 3, balance: "pathology").sides(of: people, groups: groups).test
    #expect(test.count == 8)
    #expect(test.count { groups[$0] != "none" } == (affected == 24 ? 8 : min(affected, 4)))
  }

  @Test("One person, unknown people and people on both sides are refused")
  func refusals() {
    #expect(throws: StudyError.tooFewPeople(found: 1, test: 1)) { try StudySplit(test: 1).sides(of: ["001"], groups: [:]) }
    #expect(throws: StudyError.tooFewPeople(found: 24, test: 0)) { try StudySplit().sides(of: people, groups: [:]) }
    #expect(throws: StudyError.unknownPerson("x", found: people)) { try StudySplit(testPeople: ["sub-x"]).sides(of: people, groups: [:]) }
    #expect(throws: StudyError.personOnBothSides("001")) {
      try StudySplit(testPeople: ["001"], trainPeople: ["sub-001", "002"]).sides(of: people, groups: [:])
    }
  }
}

@Suite("Planned tests")
struct PairTestTests {
  @Test("Identical methods, and methods without people, say why there is no p-value")
  func notComputable() throws {
    let values = ["a": ["1": 2.0, "2": 3.0], "b": ["1": 2.0, "2": 3.0], "c": ["9": 1.0]]
    let tests = PairTest.all(.init(name: "all", methods: ["a", "b", "c"]), quantity: "SD", values: values)
    #expect(tests.count == 3)
    #expect(tests[0].difference.value == 0)
    #expect(tests[0].p.reason?.contains("identical") == true)
    #expect(tests[1].people == 0 && tests[1].difference.reason != nil)
    #expect(tests.allSatisfy { $0.holm == nil })
  }

  @Test("Differences are second minus first, and Holm never lowers a p-value")
  func direction() throws {
    let people = (1...8).map(String.init)
    func method(_ offset: Double) -> [String: Double] {
      Dictionary(uniqueKeysWithValues: people.enumerated().map { ($1, 10 + offset * Double($0 + 1)) })
    }
    let tests = PairTest.all(
      .init(name: "all", methods: ["a", "b", "c"]), quantity: "SD", values: ["a": method(0), "b": method(1), "c": method(-0.5)])
    #expect(try #require(tests[0].difference.value) == 4.5)
    // All of eight differences have one sign: 2 / 2⁸.
    #expect(try #require(tests[0].p.value) == 0.0078125)
    for test in tests { #expect(try #require(test.holm) >= #require(test.p.value)) }
  }
}
