import Foundation

/// A folder in memory for readers that want files; one per process.
enum Scratch {
  static let folder: String = {
    let memory = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm/" : NSTemporaryDirectory()
    let place = ProcessInfo.processInfo.environment["FUZZ_SCRATCH"] ?? memory + "softcord-fuzz-\(getpid())"
    try? FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    return place
  }()

  /// Writes a file over the last one of its name, without renaming: many thousands are written each second.
  static func write(_ bytes: Data, as name: String) -> String {
    let path = folder + "/" + name
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    precondition(file >= 0, "\(path) cannot be opened")
    let written = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
    precondition(written == bytes.count, "\(path) cannot be written")
    close(file)
    return path
  }
}
