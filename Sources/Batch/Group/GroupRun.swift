import Datasets
import Files
import Foundation

/// The group level: tables over people, agreement between contrasts, and the pages that show first what a person must look at.
public struct GroupRun {
  let request: BatchRequest

  /// - Parameter request: Of the participant level; its filter does not matter.
  public init(_ request: BatchRequest) { self.request = request }

  /// Writes `group/` and `qc/`, from what the participant level left.
  ///
  /// - Returns: What was done, in a line.
  /// - Throws: ``BatchError``, `DatasetError`, `FileError`.
  public func run() throws -> String {
    let output = request.output
    let records = try ScanRecord.all(in: output)
    guard !records.isEmpty else { throw BatchError.notRun(path: output) }
    try StatusTable.write(to: output)
    let ranked = SuspicionRanking(records).ranked
    let key = realPath(request.input).lastPathComponent + "/" + realPath(output).lastPathComponent
    try QCIndex(records: records, ranked: ranked, key: key).write(to: output)
    guard !request.reportsOnly else { return "qc/index.html shows \(ranked.count) scans" }
    let verdicts = try Verdicts(self.verdicts)
    let counted = records.filter { $0.failure == nil && verdicts.accept($0) }
    let raw = DatasetDescription(name: request.input.lastPathComponent, kind: .raw)
    let people = try Dataset(at: request.input, undescribed: raw)
    let tables = try GroupTables(counted, in: output, people: try people.participants, columns: try Self.facts(of: people))
    let folder = output.appendingPathComponent("group")
    try Folder.make(folder)
    for (name, table) in [("areas", tables.areas), ("areas_wide", tables.wide), ("agreement", tables.agreement)] {
      try TableFile("\(folder)/\(name).tsv").write(table)
    }
    let done = records.count { $0.failure == nil }
    return
      "\(counted.count) of \(done) scans count\(counted.count < done ? ", \(done - counted.count) failed by verdict" : ""); → \(folder), "
      + output.appendingPathComponent("qc/index.html")
  }

  private var verdicts: String? {
    if let named = request.verdicts { return named }
    let usual = ["verdicts.tsv", "qc_fail.yml"].map { request.output.appendingPathComponent("qc/\($0)") }
    return usual.first { FileManager.default.fileExists(atPath: $0) }
  }

  /// Columns of `participants.tsv`, in its order.
  private static func facts(of dataset: Dataset) throws -> [String] {
    let path = dataset.root + "/participants.tsv"
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try Dataset.table(at: path).header.filter { $0 != "participant_id" }
  }
}
