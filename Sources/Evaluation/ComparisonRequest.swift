import Datasets
import Foundation

/// Which methods are compared, and how.
public struct ComparisonRequest: Sendable {
  /// At least one; names differ.
  public var methods: [AreaSource]
  /// Areas that are known.
  public var truth: AreaSource?
  /// What tells the levels of masks, and which vertebrae are compared.
  public var labels = LabelFiles()
  /// Of masks whose names have the entity `label-`, those of this one count.
  public var label = "SC"
  public var settings = Comparison.Settings()

  public init(methods: [AreaSource]) { self.methods = methods }

  /// Whether masks are measured whose levels nothing tells: their fields of view differ.
  public var lacksLevels: Bool { !labels.isGiven && methods.contains(where: \.isFolder) }

  /// Reads or measures the areas of all methods and compares them.
  ///
  /// - Parameters:
  ///   - jobs: Masks measured at the same time; `nil`: one per processor.
  ///   - progress: Told the part that is done, on any thread.
  /// - Throws: ``EvaluationError``.
  public func run(jobs: Int? = nil, progress: (@Sendable (Double) -> Void)? = nil) throws(EvaluationError) -> Comparison {
    let all = methods + (truth.map { [$0] } ?? [])
    var tables: [AreaTable] = []
    for (index, source) in all.enumerated() {
      let part: @Sendable (Double) -> Void = { progress?((Double(index) + $0) / Double(all.count)) }
      tables.append(try source.table(labels, label: label, jobs: jobs, progress: part))
    }
    let known = truth == nil ? nil : tables.removeLast()
    return try Comparison(of: tables, truth: known, level: labels.vertebrae.map { Evaluation.name(of: $0) }, settings: settings)
  }
}

extension Comparison {
  /// Writes all tables, JSON and the report.
  ///
  /// - Parameters:
  ///   - folder: Made where it is not there.
  ///   - program: Name and version of the program.
  ///   - facts: What else the report says of its inputs.
  public func write(to folder: String, program: String, facts: [(name: String, value: String)]) throws {
    let page = page(title: "Comparison of \(methods.joined(separator: ", "))", facts: [("program", program)] + facts)
    try TableFolder(folder).write(tables, all: "comparison", program: program, report: page.html())
  }
}
