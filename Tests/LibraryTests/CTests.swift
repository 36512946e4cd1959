import Foundation
import Testing

/// Runs a line of shell; its status and all that it printed.
private func shell(_ line: String, in folder: String? = nil) throws -> (status: Int32, text: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = ["-c", line]
  if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
  let output = Pipe()
  (process.standardOutput, process.standardError) = (output, output)
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return (process.terminationStatus, text)
}

/// The C libraries as C sees them: docs/c.md.
@Suite struct CTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").path
  private static let header = root + "/Sources/CSoftCord/include"
  /// Where the libraries lie: beside the test bundle.
  private static let build: String = {
    let all = ProcessInfo.processInfo.arguments
    return URL(fileURLWithPath: all.first { $0.hasSuffix(".xctest") } ?? all[0]).deletingLastPathComponent().path
  }()

  /// Compiles a program, runs it, and gives what it printed.
  private func run(_ source: String, library: String) throws -> String {
    let folder = NSTemporaryDirectory() + "softcord-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let torch = Self.root + "/.libtorch/lib"
    let (status, complaints) = try shell(
      "cc -std=c11 -Wall -Wextra -Werror -I'\(Self.header)' '\(Self.root)/\(source)' -L'\(Self.build)' -l\(library) "
        + "-Wl,-rpath,'\(Self.build)',-rpath-link,'\(torch)' -lm -lpthread -o '\(folder)/program'")
    #expect(status == 0, "\(complaints)")
    let (end, text) = try shell("'\(folder)/program'", in: folder)
    #expect(end == 0, "\(text)")
    return text
  }

  @Test(arguments: ["cc -std=c11 -x c", "c++ -std=c++17 -x c++"]) func theHeaderCompilesByItself(compiler: String) throws {
    let (status, text) = try shell("\(compiler) -Wall -Wextra -Werror -pedantic -fsyntax-only '\(Self.header)/softcord.h'")
    #expect(status == 0, "\(text)")
  }

  @Test func thePageShowsWhatRuns() throws {
    let page = try String(contentsOfFile: Self.root + "/docs/c.md", encoding: .utf8)
    #expect(page.contains("```c\n\(try String(contentsOfFile: Self.root + "/Examples/C/cord.c", encoding: .utf8))```"))
  }

  @Test func aProgramSegmentsAndMeasures() throws {
    let lines = try run("Examples/C/cord.c", library: "softcord-engine").split(separator: "\n")
    let areas = lines.compactMap { Double($0.split(separator: " ")[2]) }
    // The truth of this neck: softcord.measure(softcord.simulate_scan(side=64, levels="C3:C4")[1]) has 93 to 107 mm².
    #expect(areas.count == 55 && lines.count == 55)
    #expect(areas.allSatisfy { (85...115).contains($0) }, "\(areas)")
  }

  @Test func aProgramFindsLevels() throws {
    let lines = try run("Tests/LibraryTests/C/levels.c", library: "softcord-engine").split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.map { String($0[0]) } == ["C3", "C4", "C5", "C6"])
    for line in lines {
      let numbers = line.dropFirst().compactMap { Double($0) }
      #expect(numbers.count == 4 && numbers[1] < numbers[0] && numbers[0] < numbers[2] && numbers[3] >= 0.8, "\(line)")
    }
  }

  @Test func carelessCallersAreTold() throws {
    _ = try run("Tests/LibraryTests/C/faults.c", library: "softcord-measure")
    #expect(try !shell("ldd '\(Self.build)/libsoftcord-measure.so'").text.contains("libtorch"))
  }

  /// Every function of the header is in the library that it is promised for.
  @Test func theLibrariesHoldWhatTheHeaderPromises() throws {
    let text = try String(contentsOfFile: Self.header + "/softcord.h", encoding: .utf8)
    let parts = text.components(separatedBy: "// ── Segmenting")
    func promised(_ text: String) -> Set<String> {
      Set(text.matches(of: /(softcord_[a-z_]+)\(/).map { String($0.1) })
    }
    for (library, names) in [("softcord-measure", promised(parts[0])), ("softcord-engine", promised(text))] {
      let symbols = try shell("nm -D --defined-only '\(Self.build)/lib\(library).so'").text
      #expect(Set(symbols.matches(of: /T (softcord_[a-z_]+)/).map { String($0.1) }) == names, "\(library)")
    }
    #expect(promised(parts[1]).count == 5)
  }
}
