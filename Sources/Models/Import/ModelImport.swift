import Files
import Foundation
import PyTorchFiles
import Tensors

/// Another program's model as one of ours.
public struct ModelImport {
  public let model: SegmentationModel
  /// What a user should know: which fold was taken, what was left alone.
  public let notes: [String]

  /// What cannot be read from the files.
  public struct Choices: Sendable {
    /// Fold of an nnU-Net result folder, as in the names of its folders; `nil` for `all`, else the lowest.
    public var fold: String?
    /// Labels that are cord, as `dataset.json` names them; empty to go by their names.
    public var labels: [String]
    /// Program and version that write the model, and when.
    public var program, date: String

    public init(fold: String? = nil, labels: [String] = [], program: String, date: String) {
      (self.fold, self.labels, self.program, self.date) = (fold, labels, program, date)
    }
  }

  /// Reads an nnU-Net v2 result folder (or one checkpoint in it), or a checkpoint of the contrast-agnostic models v2.x.
  ///
  /// - Parameter path: The folder that holds `plans.json`, one that holds such a folder, or a file that `torch.save` wrote.
  /// - Throws: ``ModelError``.
  public init(_ path: String, _ choices: Choices) throws {
    guard let source = try Self.source(at: path, choices) else {
      throw ModelError.notImportable(
        path: path,
        what:
          "no model is found there; expected an nnU-Net v2 result folder (with plans.json, dataset.json and fold_*) or a PyTorch checkpoint"
      )
    }
    let weights = try ImportedWeights(source.checkpoint)
    switch source.folder {
    case let folder?:
      let imported = try NNUNetModel(folder: folder, weights: weights, labels: choices.labels)
      model = SegmentationModel(
        localizer: nil, segmenter: try weights.stage(imported.description), postProcessing: .ofOlderFiles,
        provenance: Provenance(
          name: imported.name, generatedBy: "nnU-Net v2, brought over by \(choices.program)", date: choices.date,
          configuration: imported.summary, trainingData: imported.name))
      notes = source.notes + imported.notes + weights.notes
    case nil:
      model = SegmentationModel(
        localizer: nil, segmenter: try weights.stage(ContrastAgnostic.description(of: weights)), postProcessing: .ofOlderFiles,
        provenance: Provenance(
          name: path.lastPathComponent.deletingPathExtension,
          generatedBy: "MONAI, brought over by \(choices.program)", date: choices.date, trainingData: "see the model's own documents"))
      notes = source.notes + ContrastAgnostic.notes + weights.notes
    }
  }
}

extension ModelImport {
  /// Where a model's parts lie.
  private struct Source {
    let checkpoint: String
    /// With `plans.json`; `nil` for a lone checkpoint.
    let folder: String?
    let notes: [String]
  }

  private static func source(at path: String, _ choices: Choices) throws -> Source? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw ModelError.missing(path: path) }
    guard isFolder.boolValue else {
      // A checkpoint in fold_0 of a result folder belongs to its plans.
      let result = URL(fileURLWithPath: path).deletingLastPathComponent().deletingLastPathComponent().path
      return Source(checkpoint: path, folder: isResult(result) ? result : nil, notes: [])
    }
    if isResult(path) { return try fold(in: path, choices) }
    let below = names(in: path).map { path + "/" + $0 }
    let results = below.filter(isResult)
    if results.count > 1 {
      let list = results.map { $0.lastPathComponent }.joined(separator: ", ")
      throw ModelError.notImportable(path: path, what: "there are several models in it (\(list)); name one of these folders")
    }
    if let result = results.first { return try fold(in: result, choices) }
    let checkpoints = below.filter { [".ckpt", ".pth", ".pt"].contains(where: $0.hasSuffix) }
    return checkpoints.count == 1 ? Source(checkpoint: checkpoints[0], folder: nil, notes: []) : nil
  }

  private static func isResult(_ folder: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/plans.json") }

  private static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// The fold asked for, else all data, else the lowest number; the final checkpoint before the best.
  private static func fold(in folder: String, _ choices: Choices) throws -> Source {
    let found = names(in: folder).compactMap { name -> (fold: String, checkpoint: String)? in
      guard name.hasPrefix("fold_") else { return nil }
      let checkpoints = ["final", "best"].map { "\(folder)/\(name)/checkpoint_\($0).pth" }
      return checkpoints.first(where: FileManager.default.fileExists).map { (String(name.dropFirst(5)), $0) }
    }
    let folds = found.map(\.fold).joined(separator: ", ")
    if let wanted = choices.fold {
      guard let chosen = found.first(where: { $0.fold == wanted }) else {
        throw ModelError.notImportable(
          path: folder, what: "it has no fold \(wanted) with a checkpoint; found: \(folds.isEmpty ? "none" : folds)")
      }
      return Source(checkpoint: chosen.checkpoint, folder: folder, notes: [])
    }
    guard let chosen = found.first(where: { $0.fold == "all" }) ?? found.min(by: { (Int($0.fold) ?? .max) < (Int($1.fold) ?? .max) }) else {
      throw ModelError.notImportable(
        path: folder, what: "it has no fold_*/checkpoint_final.pth or checkpoint_best.pth; copy the folds as well")
    }
    let note = "of the folds \(folds), fold \(chosen.fold) was taken; another one with --fold"
    return Source(checkpoint: chosen.checkpoint, folder: folder, notes: found.count > 1 ? [note] : [])
  }
}
