import Foundation

/// The built tool, run as a user runs it.
enum Tool {
  struct Result {
    let status: Int32
    let output: String
    let error: String
  }

  /// The tool lies beside the test bundle.
  static let path: String = {
    let arguments = ProcessInfo.processInfo.arguments
    let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("softcord").path
  }()

  static func run(_ arguments: String..., in folder: String? = nil) throws -> Result { try run(arguments: arguments, in: folder) }

  static func run(program: String = path, arguments: [String], in folder: String? = nil) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    // As the README promises: nothing is needed from the environment.
    process.environment = [:]
    let (output, error) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, error)
    try process.run()
    // Help texts and errors are far smaller than a pipe's buffer, so reading one after the other cannot block.
    let texts = [output, error].map { String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) }
    process.waitUntilExit()
    return Result(status: process.terminationStatus, output: texts[0], error: texts[1])
  }
}

/// A folder that goes with the test.
func withTemporaryFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = NSTemporaryDirectory() + "softcord-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}
