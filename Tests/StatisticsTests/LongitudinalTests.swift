import Foundation
import Testing

@testable import Statistics

/// Values of statsmodels; `tools/golden/longitudinal.py` makes them.
private struct Longitudinal: Decodable {
  struct Model: Decodable {
    let people: [String], time, value: [Double], effects: [[Double]], estimates, errors: [Double]
    let residual, intercepts, slopes, covariance, logLikelihood: Double
  }
  struct Design: Decodable { let size, power, people: Double }
  let models: [Model], designs: [Design]

  static let values = try! JSONDecoder().decode(
    Longitudinal.self, from: Data(contentsOf: Bundle.module.url(forResource: "Golden/longitudinal", withExtension: "json")!))
}

@Suite struct LongitudinalTests {
  @Test("Mixed models agree with statsmodels")
  func models() throws {
    #expect(Longitudinal.values.models.count == 20)
    for golden in Longitudinal.values.models {
      let rows = golden.people.indices.map {
        MixedModel.Row(person: golden.people[$0], time: golden.time[$0], value: golden.value[$0], effects: golden.effects[$0])
      }
      let model = try MixedModel(rows, names: ["intercept", "time", "group", "time × group", "age", "male"])
      // Never less likely than theirs, whose search may end early.
      #expect(model.logLikelihood > golden.logLikelihood - 1e-5)
      for (effect, (value, error)) in zip(model.effects, zip(golden.estimates, golden.errors)) {
        #expect(abs(effect.value - value) < 1e-4 * max(1, abs(value)))
        #expect(abs(effect.error - error) < 1e-4 * max(1, error))
      }
    }
  }

  @Test("Sizes of trials agree with statsmodels")
  func designs() throws {
    for golden in Longitudinal.values.designs {
      var design = TrialDesign(effect: golden.size, measurement: 0, betweenPeople: 1)
      design.power = golden.power
      #expect(abs(try design.completers() - golden.people) < 1e-4 * golden.people)
    }
  }

  @Test("Simulated trials find the effect as often as was said")
  func trials() throws {
    var design = TrialDesign(effect: 1, measurement: 0.6, betweenPeople: 1)
    (design.visits, design.years, design.dropOut) = (3, 2, 0.2)
    let people = try design.enrolled()
    #expect(abs(design.simulatedPower(people: people, trials: 2000) - 0.8) < 0.04)
    #expect(design.simulatedPower(people: people / 2, trials: 1000) < 0.7)
  }

  @Test("What is no trial is refused")
  func refused() {
    #expect(throws: StatisticsError.self) { try TrialDesign(effect: 0, measurement: 1, betweenPeople: 1).completers() }
    #expect(throws: StatisticsError.self) { try TrialDesign(effect: 1, measurement: 0, betweenPeople: 0).completers() }
  }
}
