import Files
import Foundation
import Networks
import PyTorchFiles
import Tensors

/// The weights of one network in a PyTorch checkpoint, and the shape of the network as they tell it.
struct ImportedWeights {
  let path: String
  let checkpoint: Checkpoint
  /// What fits the weights; slopes, epsilons and the first stage's step are nnU-Net's usual ones.
  let network: UNetConfiguration
  /// Keys that lead to the weights in the checkpoint.
  private let place: [String]
  /// What stands before nnU-Net's own names.
  private let prefix: String

  init(_ path: String) throws {
    self.path = path
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else {
      throw ModelError.unreadable(path: path)
    }
    do {
      checkpoint = try Checkpoint(bytes)
    } catch {
      throw ModelError.notImportable(path: path, what: "\(error)")
    }
    // nnU-Net's own; Lightning's; what others use; the bare dictionary.
    let places = [["network_weights"], ["state_dict"], ["model_state_dict"], ["model"], []]
    for place in places {
      guard let shapes = checkpoint.shapes(in: place), let prefix = Self.prefix(of: shapes.keys) else { continue }
      (self.place, self.prefix) = (place, prefix)
      do {
        network = try UNetConfiguration(shapes: Self.plain(shapes, prefix))
      } catch {
        throw ModelError.notImportable(path: path, what: "its network cannot be run here: \(error)")
      }
      return
    }
    throw ModelError.notImportable(
      path: path, what: "it holds no weights of a PlainConvUNet or ResidualEncoderUNet, which are the networks that can be brought over")
  }

  /// A remark on what else the checkpoint names.
  var notes: [String] {
    let foreign = checkpoint.foreign
    guard !foreign.isEmpty else { return [] }
    return ["\(path.lastPathComponent) also names \(foreign.prefix(5).joined(separator: ", ")); none of it was run or read"]
  }

  /// The network with its weights, as a description says it is to be used.
  func stage(_ description: StageDescription) throws -> LoadedNetwork {
    do {
      try description.validate()
      let names = description.network.parameterShapes.map(\.name)
      let stored = try checkpoint.tensors(named: names.map { prefix + $0 }, in: place)
      var parameters: [String: Tensor] = [:]
      for name in names { parameters[name] = try Tensor(stored[prefix + name]!) }
      return LoadedNetwork(description, network: try UNet(description.network, parameters: parameters), on: .cpu)
    } catch {
      throw ModelError.notImportable(path: path, what: "its network cannot be run here: \(error)")
    }
  }

  /// What stands before `encoder.` in the names; `nil` where they are of another kind of network.
  private static func prefix(of names: some Collection<String>) -> String? {
    let firsts = ["encoder.stages.0.0.convs.0.conv.weight", "encoder.stem.convs.0.conv.weight"]
    let prefixes = names.compactMap { name in firsts.first(where: name.hasSuffix).map { String(name.dropLast($0.count)) } }
    return prefixes.min { ($0.count, $0) < ($1.count, $1) }
  }

  /// Shapes under nnU-Net's own names. PyTorch stores a parameter under each path that leads to it: every block again under
  /// `all_modules`, the encoder again under the decoder.
  private static func plain(_ shapes: [String: [Int]], _ prefix: String) -> [String: [Int]] {
    var plain: [String: [Int]] = [:]
    for (name, shape) in shapes where name.hasPrefix(prefix) {
      let own = String(name.dropFirst(prefix.count))
      if own.hasPrefix("decoder.encoder.") || own.contains(".all_modules.") { continue }
      if own.hasPrefix("encoder.") || own.hasPrefix("decoder.") { plain[own] = shape }
    }
    return plain
  }
}

extension Tensor {
  /// The numbers of a file, as float32.
  init(_ stored: StoredTensor) throws {
    let types: [ElementType: DType] = [.float32: .float32, .float64: .float64, .float16: .float16, .bfloat16: .bfloat16]
    guard let dtype = types[stored.type] else {
      throw StageDescription.Invalid(description: "its weights are \(stored.type), expected floating-point numbers")
    }
    self = try stored.bytes.withUnsafeBytes { try Tensor(bytes: $0, dtype: dtype, shape: stored.shape) }.to(.float32)
  }
}
