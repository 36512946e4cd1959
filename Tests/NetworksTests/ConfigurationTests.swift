import Foundation
import Networks
import Testing

/// A configuration read from any file is either sound or refused by name.
struct ConfigurationTests {
  @Test func survivesJSON() throws {
    let data = try JSONEncoder().encode(UNetConfiguration.paper)
    #expect(try JSONDecoder().decode(UNetConfiguration.self, from: data) == .paper)
  }

  typealias Damage = @Sendable (inout UNetConfiguration) -> Void

  static let damages: [(field: String, damage: Damage)] = [
    ("features", { $0.features = [] }), ("features", { $0.features[1] = 0 }), ("features", { $0.features[0] = 1 << 40 }),
    ("strides", { $0.strides.removeLast() }), ("strides", { $0.strides[1] = [2, 2] }), ("strides", { $0.strides[1] = [2, 0, 2] }),
    ("kernels", { $0.kernels[0] = [3, 2, 3] }), ("kernels", { $0.kernels.append([3, 3, 3]) }),
    ("inputChannels", { $0.inputChannels = 0 }), ("outputChannels", { $0.outputChannels = -1 }),
    ("convolutionsPerStage", { $0.convolutionsPerStage = 0 }), ("convolutionsPerDecoderStage", { $0.convolutionsPerDecoderStage = 99 }),
    ("residualBlocks", { $0.residualBlocks = [1, 2] }), ("residualBlocks", { $0.residualBlocks = [1, 1, 1, 1, 1, 0] }),
    ("leakySlope", { $0.leakySlope = .nan }), ("normEpsilon", { $0.normEpsilon = 0 }),
  ]

  @Test(arguments: damages)
  func refusesDamage(field: String, damage: Damage) {
    var configuration = UNetConfiguration.paper
    damage(&configuration)
    let error = #expect(throws: NetworkError.self) { try UNet(configuration, seed: 0, on: .cpu) }
    guard case .configuration(field, _, _) = error else {
      Issue.record("\(field): \(String(describing: error))")
      return
    }
  }
}
