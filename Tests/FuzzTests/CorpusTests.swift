import Foundation
import Testing

/// The first inputs of the fuzzers, and what fuzzing found, given to the same readers without a fuzzer: `make fuzz` goes on from there.
@Suite(.serialized) struct CorpusTests {
  static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Fuzz/corpus").path

  @Test(
    arguments: [
      ("nifti", readImage), ("pair", readPair), ("gzip", readGzip), ("checkpoint", readCheckpoint), ("pickle", readPickle),
      ("model", readModel),
      ("table", readTables), ("name", readName), ("json", readJSON), ("settings", readSettings), ("picture", drawPicture),
      ("writing", writeTable),
    ] as [(String, @Sendable (Data) -> Void)])
  func readersStandWhatTheCorpusHolds(_ name: String, read: @Sendable (Data) -> Void) throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(Self.corpus)/\(name)").sorted()
    #expect(!files.isEmpty)
    for file in files {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(Self.corpus)/\(name)/\(file)"))
      read(bytes)
      // Cut short, and with a byte changed.
      for cut in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
        read(Data(bytes.prefix(cut)))
        var changed = bytes
        changed[cut] ^= 0x81
        read(changed)
      }
    }
    for file in try FileManager.default.contentsOfDirectory(atPath: Scratch.folder) {
      try FileManager.default.removeItem(atPath: Scratch.folder + "/" + file)
    }
  }
}
