import Foundation

/// What libFuzzer calls with every input it makes up.
///
/// Whatever the bytes are, a reader either gives a value or throws: a trap, an address error, a second without an answer or a gigabyte of
/// memory is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target(Data(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

/// The reader that `FUZZ_TARGET` names.
private let target: @Sendable (Data) -> Void = {
  let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
  guard let target = targets[name] else {
    fatalError("FUZZ_TARGET is '\(name)'; expected one of \(targets.keys.sorted().joined(separator: ", "))")
  }
  return target
}()

let targets: [String: @Sendable (Data) -> Void] = [
  "nifti": readImage, "pair": readPair, "gzip": readGzip,
  "checkpoint": readCheckpoint, "pickle": readPickle, "model": readModel, "nnunet": readNNUNet,
  "table": readTables, "name": readName, "json": readJSON, "settings": readSettings,
  "picture": drawPicture, "writing": writeTable,
]
