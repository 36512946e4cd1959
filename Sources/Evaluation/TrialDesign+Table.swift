import Files
import Statistics

extension TrialDesign {
  /// What the trial needs, one figure a row.
  ///
  /// - Parameter trials: Simulated trials that check the power; 0 leaves them out.
  /// - Throws: `StatisticsError`.
  public func table(trials: Int = 1000, seed: UInt64 = 1) throws -> Table {
    let (completers, enrolled) = (try completers(), try enrolled())
    var table = Table(columns: [
      .init("figure", "What is told"), .init("value", "Its value"), .init("unit", "Its unit"), .init("explanation", "How it is meant"),
    ])
    func add(_ name: String, _ value: Table.Value, _ unit: String, _ words: String) {
      table.append([.text(name), value, .text(unit), .text(words)])
    }
    add("minimal_detectable_change", .number(minimalDetectableChange), "%", "of one person between two visits, at 95 %")
    add("slope_sd", .number(slopeDeviation), "% a year", "of one person's measured yearly change")
    add("completers_per_arm", .integer(Int(completers.rounded(.up))), "people", "t test of the arms' slopes, two-sided")
    add("enrolled_per_arm", .integer(enrolled), "people", "with the share that drops out")
    add("power", .number(power(people: completers.rounded(.up))), "", "chance to find the effect with so many who complete")
    if trials > 0 {
      add(
        "simulated_power", .number(simulatedPower(people: enrolled, trials: trials, seed: seed)), "",
        "share of \(trials) simulated trials that find it")
    }
    return table
  }
}
