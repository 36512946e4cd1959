import Foundation
import Networks
import Tensors
import Testing

/// The networks of dynamic-network-architectures (tools/golden/architectures.py): shapes read off the weights, outputs, gradients.
@Suite struct ArchitectureTests {
  /// Float32 sums in another order through a dozen layers.
  static let tolerance: Float = 1e-4

  /// Relative errors of a stored network: the largest of a head, of the gradient as one vector, and of one parameter's gradient.
  static func errors(_ golden: [String: Tensor]) throws -> (configuration: UNetConfiguration, heads: Float, gradient: Float, worst: Float) {
    let weights = UNetTests.weights(golden)
    let configuration = try UNetConfiguration(shapes: weights.mapValues(\.shape))
    let network = try UNet(configuration, parameters: weights)
    let heads = try network(golden["input"]!)
    var loss = try Tensor(scalar: 0)
    var headError: Float = 0
    for (i, head) in heads.enumerated() {
      headError = max(headError, try error(head, golden["head.\(i)"]!))
      loss = try loss + (head * golden["probe.\(i)"]!).mean()
    }
    try loss.backward()
    // Biases before a normalization have the gradient zero up to rounding: the network's largest gradient is their measure.
    let largest = try network.parameters.map { try golden["gradient.\($0.name)"]!.abs().max().item() }.max()!
    var (difference, norm, worst): (Float, Float, Float) = (0, 0, 0)
    for (name, tensor) in network.parameters {
      let (found, expected) = (try #require(tensor.grad), golden["gradient.\(name)"]!)
      difference += try ((found - expected) * (found - expected)).sum().item()
      norm += try (expected * expected).sum().item()
      worst = max(worst, try error(found, expected, floor: 1e-2 * largest))
    }
    return (configuration, headError, (difference / norm).squareRoot(), worst)
  }

  @Test(arguments: ["plain", "residual"]) func smallNetworksAgree(kind: String) throws {
    let (configuration, heads, _, worst) = try Self.errors(UNetTests.weights(golden("architectures"), kind + "."))
    #expect(configuration.residualBlocks == (kind == "residual" ? [1, 2, 2] : nil))
    #expect(configuration.strides == [[1, 1, 1], [1, 2, 2], [2, 2, 2]])
    #expect(configuration.kernels[0] == [1, 3, 3])
    #expect(configuration.deepSupervision)
    #expect(heads < Self.tolerance)
    #expect(worst < Self.tolerance)
  }

  /// nnU-Net's usual size, from files that are too large to keep: `make architectures`.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["SOFTCORD_ARCHITECTURES"] != nil, "run by make architectures"))
  func largeNetworksAgree() throws {
    let folder = ProcessInfo.processInfo.environment["SOFTCORD_ARCHITECTURES"]!
    for kind in ["plain", "residual"] {
      let (configuration, heads, gradient, worst) = try Self.errors(tensors(ofFile: "\(folder)/\(kind).safetensors"))
      print(
        "\(kind): \(configuration.parameterCount) parameters, relative error of heads \(heads), of the gradient \(gradient), "
          + "of one parameter's at most \(worst)")
      #expect(heads < Self.tolerance)
      #expect(gradient < Self.tolerance)
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
