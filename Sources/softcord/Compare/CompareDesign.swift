import ArgumentParser
import Evaluation
import Statistics

struct CompareDesign: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "design", abstract: "People that a trial of two arms needs, which compares yearly changes of the area.",
    discussion: """
      Example:
        softcord compare design --effect 1 --sd 0.5 --between 1 --visits 2 --years 2 --drop-out 0.1
      """)

  @Option(help: ArgumentHelp("Difference of the arms' yearly changes.", valueName: "%"))
  var effect: Double

  @Option(help: ArgumentHelp("SD of one visit's error of measurement; of a change measured jointly, its SD over √2.", valueName: "%"))
  var sd: Double

  @Option(help: ArgumentHelp("SD of the true yearly change between people.", valueName: "%"))
  var between: Double

  @Option(help: ArgumentHelp("Visits, equally apart.", valueName: "n"))
  var visits = 2

  @Option(help: ArgumentHelp("Years from the first to the last visit.", valueName: "years"))
  var years = 1.0

  @Option(help: ArgumentHelp("Share of people who do not complete.", valueName: "share"))
  var dropOut = 0.0

  @Option(help: ArgumentHelp("Chance to find the effect.", valueName: "p"))
  var power = 0.8

  @Option(help: ArgumentHelp("Level of the two-sided test.", valueName: "p"))
  var alpha = 0.05

  @Option(help: ArgumentHelp("Simulated trials that check the power.", valueName: "n"))
  var trials = 1000

  @Option(help: ArgumentHelp("Seed of the simulated trials.", valueName: "s"))
  var seed: UInt64 = 1

  @OptionGroup var table: StatisticsOptions

  func run() throws {
    var design = TrialDesign(effect: effect, measurement: sd, betweenPeople: between)
    (design.visits, design.years, design.dropOut, design.power, design.alpha) = (visits, years, dropOut, power, alpha)
    do {
      try table.deliver(design.table(trials: max(0, trials), seed: seed))
    } catch let error as StatisticsError { throw Failure(.usage, "\(error)") }
  }
}

struct CompareGroups: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "groups", abstract: "Change of areas over time in groups of people: a linear mixed model.",
    discussion: """
      Fits value ~ years × group + age + sex with an intercept and a slope of each person, by restricted maximum likelihood. The table needs the \
      columns participant_id, years and the value's; group (two words), age and sex (M, F) count where they are there.
      """)

  @Argument(help: ArgumentHelp("Table, one row for each person and visit.", valueName: "table"))
  var path: String

  @Option(help: ArgumentHelp("Column of the value.", valueName: "name"))
  var column = "csa_mm2"

  @OptionGroup var table: StatisticsOptions

  func validate() throws { try table.check(inputs: [path]) }

  func run() throws {
    do {
      let groups = try ChangeOfGroups(of: path, column: column)
      if groups.leftOut > 0 { Console.note("\(groups.leftOut) rows lack a value and were left out") }
      try table.deliver(groups.table)
    } catch let error as StatisticsError { throw Failure(.data, "\(error)") }
  }
}
