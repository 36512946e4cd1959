import Foundation
import Networks

@testable import PyTorchFiles

/// A whole checkpoint: zip, pickle, numbers.
@Sendable func readCheckpoint(_ bytes: Data) { check(bytes) }

/// A pickle in a sound archive, with a few numbers for its tensors.
@Sendable func readPickle(_ bytes: Data) {
  var archive = ZipWriter()
  try! archive.add("a/data.pkl", bytes)
  for key in ["0", "1"] { try! archive.add("a/data/" + key, Data(repeating: 0x3F, count: 96)) }
  check(archive.finished())
}

private func check(_ bytes: Data) {
  guard let checkpoint = try? Checkpoint(bytes) else { return }
  _ = (checkpoint.foreign, checkpoint.text("init_args", "configuration"))
  for place in [[], ["network_weights"]] {
    guard let shapes = checkpoint.shapes(in: place) else { continue }
    _ = try? UNetConfiguration(shapes: shapes)
    guard let tensors = try? checkpoint.tensors(named: Array(shapes.keys), in: place) else { continue }
    for (name, tensor) in tensors {
      precondition(tensor.shape == shapes[name] && tensor.bytes.count == tensor.shape.reduce(tensor.type.size, *), "numbers are missing")
    }
  }
}
