import Networks
import Preprocessing
import Volumes

/// The contrast-agnostic models v2.x: one PlainConvUNet at 1 mm, trained with MONAI.
///
/// Their checkpoints hold nothing but weights, so what they see is known from the paper: axes towards right, posterior and inferior, 1 mm,
/// the central 64 × 192 × 320 voxels with zeros around the scan, z-scored as a whole; what is positive of the output, over its maximum.
/// A scan longer than 320 mm is looked at in several such boxes along the cord, each z-scored by itself.
///
/// Source: Bédard et al. 2025, Medical Image Analysis 101:103473, and its code at v2.0 (`monai/`).
enum ContrastAgnostic {
  static func description(of weights: ImportedWeights) throws -> StageDescription {
    guard weights.network.outputChannels == 1, weights.network.residualBlocks == nil else {
      throw ModelError.notImportable(
        path: weights.path,
        what: "its preprocessing is not known: a lone checkpoint is taken for a contrast-agnostic model v2.x, a PlainConvUNet with one "
          + "output; for an nnU-Net model name the folder that holds plans.json")
    }
    var preprocessing = Preprocessing(orientation: Orientation(towards: "RPI")!, spacing: [1, 1, 1])
    preprocessing.normalization = .windows
    preprocessing.fieldOfView = [64, 192, 0]
    return StageDescription(
      preprocessing: preprocessing, network: weights.network, activation: .normalizedReLU, patch: [64, 192, 320], blending: .outputs)
  }

  static let notes = [
    "taken for a contrast-agnostic model v2.x: 1 mm, the central 64 x 192 x 320 mm, output divided by its maximum"
  ]
}
