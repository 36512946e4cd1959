import Foundation
import Networks

@testable import Models
@testable import PyTorchFiles

/// nnU-Net's two files, plans.json first; a zero byte stands between them.
@Sendable func readNNUNet(_ bytes: Data) {
  let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
  _ = Scratch.write(Data(parts[0]), as: "plans.json")
  let dataset = Scratch.write(
    parts.count > 1 ? Data(parts[1]) : Data("{\"labels\": {\"background\": 0, \"cord\": 1}}".utf8), as: "dataset.json")
  _ = try? NNUNetLabels(path: dataset, wanted: [])
  guard let model = try? NNUNetModel(folder: Scratch.folder, weights: weights, labels: []) else { return }
  try? model.description.validate()
}

private let weights: ImportedWeights = {
  // {"init_args": {"configuration": "3d_fullres"}}
  let pickle =
    Data([0x80, 2, 0x7D]) + text("init_args") + Data([0x7D]) + text("configuration") + text("3d_fullres") + Data([0x73, 0x73, 0x2E])
  var archive = ZipWriter()
  try! archive.add("a/data.pkl", pickle)
  return ImportedWeights(
    path: "checkpoint_final.pth", checkpoint: try! Checkpoint(archive.finished()),
    network: UNetConfiguration(outputChannels: 2, features: [2, 2], strides: [[1, 1, 1], [2, 2, 2]]))
}()

private func text(_ text: String) -> Data { Data([0x58]) + Data(UInt32(text.utf8.count)) + Data(text.utf8) }
