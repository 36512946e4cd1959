import Datasets
import Files
import Foundation

/// The derivative data set as a whole: what BIDS asks of it, and where it may lie.
struct OutputFolder {
  let request: BatchRequest

  init(_ request: BatchRequest) { self.request = request }

  /// Refuses an output that would change the input.
  ///
  /// - Throws: ``BatchError/output(path:reason:)``.
  static func check(_ request: BatchRequest) throws(BatchError) {
    let (input, output) = (realPath(request.input), resolved(request.output))
    if input == output || (input + "/").hasPrefix(output + "/") {
      throw .output(path: request.output, reason: "holds the input, which is never written to; choose another folder")
    }
    if output.hasPrefix(input + "/"), !output.hasPrefix(input + "/derivatives/") {
      throw .output(
        path: request.output,
        reason: "lies inside the input; only folders of its derivatives may be written, as \(input)/derivatives/softcord")
    }
    let path = output + "/dataset_description.json"
    guard let data = FileManager.default.contents(atPath: path) else { return }
    let found = try? JSONDecoder().decode(DatasetDescription.self, from: data)
    guard found?.kind == .derivative, found?.generatedBy?.contains(where: { $0.name == DatasetDescription.Program.softcord.name }) == true
    else {
      throw .output(path: request.output, reason: "holds another data set; choose a new folder")
    }
  }

  /// The one spelling of a path of which the last parts need not be there yet.
  private static func resolved(_ path: String) -> String {
    let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
    if FileManager.default.fileExists(atPath: absolute) || absolute == "/" { return realPath(absolute) }
    return resolved(absolute.deletingLastPathComponent).appendingPathComponent(absolute.lastPathComponent)
  }

  /// What BIDS has no names for.
  private static let ignored = "group\nmeasures\nqc\nrecords\nstatus.*\n"

  /// Makes the folder and the files that describe it.
  ///
  /// - Throws: `FileError`.
  func begin() throws {
    try Folder.make(request.output)
    let home = realPath(request.output)
    var links = ["raw": Self.relative(realPath(request.input), from: home)]
    for folder in LevelFinder.folders(input: request.input, derivatives: request.derivatives) {
      links[folder.name] = Self.relative(realPath(folder.path), from: home)
    }
    if let masks = request.masks { links[ScanPlan.correctedName] = Self.relative(realPath(masks), from: home) }
    var description = DatasetDescription(
      name: "Soft masks of the spinal cord and their measures", kind: .derivative, generatedBy: [.softcord], links: links)
    description.sources = links.sorted { $0.key == "raw" || ($1.key != "raw" && $0.key < $1.key) }.map { ["URL": $0.value] }
    let value = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(description))
    try write(value.fileBytes, to: "dataset_description.json")
    try write(Array(Self.ignored.utf8), to: ".bidsignore")
    try write(Array(readme.utf8), to: "README")
    try QCIndex.writeShared(to: request.output)
  }

  /// Files that are the same stay as they are: another part of the same work may be reading them.
  private func write(_ bytes: [UInt8], to name: String) throws(FileError) {
    let path = request.output.appendingPathComponent(name)
    if FileManager.default.contents(atPath: path) == Data(bytes) { return }
    try AtomicFile.write(bytes, to: path)
  }

  private var readme: String {
    """
    # Soft masks of the spinal cord and their measures

    Made by \(DatasetDescription.Program.softcord.title) (softcord run).

    - `sub-*/`: a soft mask for each scan, with its sidecar: the fraction of each voxel that is cord
    - `measures/`: areas, diameters and shape by slice, by level, of C2–C3 and of the whole cord
    - `status.tsv`: what became of each scan, and why some have no result
    - `group/`: tables over people; `qc/index.html`: what to look at first
    - `records/`: the files, settings and checksums from which each scan's results were made

    """
  }

  /// Adds a scan's time to the log of the working folder, where there is one.
  func log(_ record: ScanRecord, seconds: Double) throws {
    guard let folder = request.workFolder else { return }
    try Folder.make(folder)
    let table = Table(
      columns: [.init("scan", "Path of the scan"), .init("seconds", "Time that it took", unit: "s"), .init("status", "What became of it")],
      rows: [[.text(record.scan), .number(seconds), .text(record.failure?.reason.rawValue ?? "done")]])
    try table.append(to: folder.appendingPathComponent("times.tsv"), as: .tsv)
  }

  /// A path as seen from a folder; both absolute and in their one spelling.
  static func relative(_ path: String, from folder: String) -> String {
    let (target, home) = (path.split(separator: "/"), folder.split(separator: "/"))
    let shared = zip(target, home).prefix { $0 == $1 }.count
    return (Array(repeating: "..", count: home.count - shared) + target.dropFirst(shared).map(String.init)).joined(separator: "/")
  }
}
