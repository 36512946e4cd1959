import Foundation
import Networks
import Tensors
import Testing

/// The networks of dynamic-network-architectures (tools/golden/architectures.py): shapes read off the weights, outputs, gradients.
@Suite struct ArchitectureTests {
  /// Float32 sums in another order through a dozen layers.
  static let tolerance: Float = 1e-4

  /// How far a network is from a stored one.
  struct Errors {
    var configuration: UNetConfiguration
    /// Largest difference of a head, relative to its largest value.
    var heads: Float = 0
    /// Length of the gradient's difference, relative to its length.
    var gradient: Float = 0
    /// Largest difference of one parameter's gradient, relative to its own largest value, and the parameter.
    var worst: (error: Float, name: String) = (0, "")
    /// Largest gradient of a bias in front of a normalization, of both programs, relative to the network's largest gradient. It is zero but
    /// for rounding, so that two programs' values have not a digit in common.
    var vanishing: Float = 0
  }

  static func errors(_ golden: [String: Tensor]) throws -> Errors {
    let weights = UNetTests.weights(golden)
    var errors = Errors(configuration: try UNetConfiguration(shapes: weights.mapValues(\.shape)))
    let network = try UNet(errors.configuration, parameters: weights)
    let heads = try network(golden["input"]!)
    var loss = try Tensor(scalar: 0)
    for (i, head) in heads.enumerated() {
      errors.heads = max(errors.heads, try error(head, golden["head.\(i)"]!))
      loss = try loss + (head * golden["probe.\(i)"]!).mean()
    }
    try loss.backward()
    let largest = try network.parameters.map { try golden["gradient.\($0.name)"]!.abs().max().item() }.max()!
    var (difference, norm): (Float, Float) = (0, 0)
    for (name, tensor) in network.parameters {
      let (found, expected) = (try #require(tensor.grad), golden["gradient.\(name)"]!)
      difference += try ((found - expected) * (found - expected)).sum().item()
      norm += try (expected * expected).sum().item()
      if name.hasSuffix(".conv.bias") {
        errors.vanishing = try [errors.vanishing, found.abs().max().item() / largest, expected.abs().max().item() / largest].max()!
      } else {
        let apart = try error(found, expected, floor: .leastNormalMagnitude)
        if !(apart <= errors.worst.error) { errors.worst = (apart, name) }
      }
    }
    errors.gradient = (difference / norm).squareRoot()
    return errors
  }

  @Test(arguments: ["plain", "residual"]) func smallNetworksAgree(kind: String) throws {
    let errors = try Self.errors(UNetTests.weights(golden("architectures"), kind + "."))
    let configuration = errors.configuration
    #expect(configuration.residualBlocks == (kind == "residual" ? [1, 2, 2] : nil))
    #expect(configuration.strides == [[1, 1, 1], [1, 2, 2], [2, 2, 2]])
    #expect(configuration.kernels[0] == [1, 3, 3])
    #expect(configuration.deepSupervision)
    #expect(errors.heads < Self.tolerance)
    #expect(errors.worst.error < Self.tolerance)
    #expect(errors.vanishing < Self.tolerance)
  }

  /// nnU-Net's usual size, from files that are too large to keep: `make architectures`.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["SOFTCORD_ARCHITECTURES"] != nil, "run by make architectures"))
  func largeNetworksAgree() throws {
    let folder = ProcessInfo.processInfo.environment["SOFTCORD_ARCHITECTURES"]!
    for kind in ["plain", "residual"] {
      let errors = try Self.errors(tensors(ofFile: "\(folder)/\(kind).safetensors"))
      print(
        "\(kind): \(errors.configuration.parameterCount) parameters, relative error of heads \(errors.heads), of the gradient \(errors.gradient), "
          + "of one parameter's gradient at most \(errors.worst.error) (\(errors.worst.name)); gradients that are zero but for rounding: "
          + "at most \(errors.vanishing) of the largest")
      #expect(errors.heads < Self.tolerance)
      #expect(errors.gradient < Self.tolerance)
      #expect(errors.worst.error < Self.tolerance)
      #expect(errors.vanishing < Self.tolerance)
    }
  }

  @Test func otherNetworksAreRefusedByName() throws {
    var shapes = try UNetTests.weights(UNetTests.weights(golden("architectures"), "residual.")).mapValues(\.shape)
    shapes["encoder.stages.0.blocks.0.squeeze_excitation.fc1.weight"] = [1, 3, 1, 1, 1]
    #expect(
      throws: NetworkError.parameters(
        missing: [], unexpected: ["encoder.stages.0.blocks.0.squeeze_excitation.fc1.weight"], misshapen: [])
    ) { try UNetConfiguration(shapes: shapes) }
    let flat = shapes.mapValues { $0.count == 5 ? Array($0.dropLast()) : $0 }
    let error = #expect(throws: NetworkError.self) { try UNetConfiguration(shapes: flat) }
    #expect(error?.description.contains("3D convolution") == true)
    #expect(throws: NetworkError.self) { try UNetConfiguration(shapes: [:]) }
  }

  @Test func residualBlocksBeginAsTheIdentity() throws {
    let configuration = UNetConfiguration(features: [2, 2], strides: [[1, 1, 1], [2, 2, 2]], residualBlocks: [1, 2])
    let network = try UNet(configuration, seed: 1, on: .cpu)
    let silent = network.parameters.filter { $0.name.hasSuffix("conv2.norm.weight") }
    #expect(silent.count == 3)
    #expect(try silent.allSatisfy { try $0.tensor.detached().floats() == [0, 0] })
  }
}
