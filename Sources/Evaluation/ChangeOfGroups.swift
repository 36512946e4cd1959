import Files
import Foundation
import Statistics

/// The change of an area over time in groups of people: a linear mixed model with an intercept and a slope of each person.
public struct ChangeOfGroups: Sendable {
  public let model: MixedModel
  public let people, measurements: Int
  /// Rows of the table that lack a value and were left out.
  public let leftOut: Int

  /// Fits a table with the columns `participant_id`, `years` and the value's, and where they are there `group` (two words), `age`, `sex` (M, F).
  ///
  /// - Parameters:
  ///   - path: Of the table.
  ///   - column: Name of the value's column.
  /// - Throws: `FileError`; `StatisticsError` where the model cannot be fitted.
  public init(of path: String, column: String = "csa_mm2") throws {
    let table = try TextTable(contentsOf: path)
    func place(_ name: String) throws -> Int {
      guard let place = table.column([name]) else {
        throw FileError.malformed(path: path, line: 1, reason: "has no column \(name); found \(table.header.joined(separator: ", "))")
      }
      return place
    }
    let (person, years, value) = (try place("participant_id"), try place("years"), try place(column))
    let (group, age, sex) = (table.column(["group"]), table.column(["age"]), table.column(["sex"]))
    let used = [person, years, value] + [group, age, sex].compactMap(\.self)
    let whole = table.rows.filter { row in used.allSatisfy { !TextTable.isMissing(row.cells[$0]) } }
    let groups = group.map { index in Set(whole.map { $0.cells[index] }).sorted() } ?? []
    let sexes = sex.map { index in Set(whole.map { $0.cells[index] }).sorted() } ?? []
    guard groups.isEmpty || groups.count == 2 else {
      throw FileError.malformed(
        path: path, line: nil, reason: "has \(groups.count) groups (\(groups.joined(separator: ", "))); 2 are compared")
    }
    guard Set(sexes).isSubset(of: ["M", "F"]) else {
      throw FileError.malformed(path: path, line: nil, reason: "has other values of sex than M and F")
    }
    func number(_ row: TextTable.Row, _ index: Int) throws -> Double {
      guard let value = Double(row.cells[index]), value.isFinite else {
        throw FileError.malformed(path: path, line: row.line, reason: "'\(row.cells[index])' is no number")
      }
      return value
    }
    let ages = try age.map { index in try whole.map { try number($0, index) } } ?? []
    let middle = ages.isEmpty ? 0 : ages.mean
    var names = ["intercept", "years"]
    if groups.count == 2 { names += ["group \(groups[1])", "years × group \(groups[1])"] }
    if age != nil { names.append("age") }
    if sexes.count == 2 { names.append("sex M") }
    let rows = try whole.map { row in
      let time = try number(row, years)
      var effects = [1, time]
      if let group, groups.count == 2 {
        let isSecond = row.cells[group] == groups[1] ? 1.0 : 0
        effects += [isSecond, isSecond * time]
      }
      if let age { effects.append(try number(row, age) - middle) }
      if let sex, sexes.count == 2 { effects.append(row.cells[sex] == "M" ? 1 : 0) }
      return MixedModel.Row(person: row.cells[person], time: time, value: try number(row, value), effects: effects)
    }
    model = try MixedModel(rows, names: names)
    (people, measurements, leftOut) = (Set(rows.map(\.person)).count, rows.count, table.rows.count - whole.count)
  }

  /// One row for each effect and variance.
  public var table: Table {
    var table = Table(columns: [
      .init("effect", "Fixed effect, or part of the variance; age counts from its mean"), .init("value", "Estimate", decimals: 4),
      .init("standard_error", "Its standard error", decimals: 4), .init("lower", "Lower end of the 95 % interval", decimals: 4),
      .init("upper", "Upper end of the 95 % interval", decimals: 4), .init("p", "Two-sided", decimals: 4),
    ])
    for effect in model.effects {
      table.append([
        .text(effect.name), .number(effect.value), .number(effect.error), .number(effect.interval.lower), .number(effect.interval.upper),
        .number(effect.p),
      ])
    }
    let parts = [
      ("variance of intercepts", model.intercepts), ("variance of slopes", model.slopes),
      ("covariance of intercepts and slopes", model.covariance), ("residual variance", model.residual),
    ]
    for (name, value) in parts { table.append([.text(name), .number(value), .missing, .missing, .missing, .missing]) }
    return table
  }
}
