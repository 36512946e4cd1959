import Inference
import Models
import Tensors
import Volumes

/// Makes masks that nobody drew: the one place where soft ground truth meets the network.
enum GroundTruthSegmenter {
  /// - Parameter path: Model file.
  /// - Returns: A function from an image to its soft mask.
  static func make(_ path: String) throws -> @Sendable (Volume) throws -> Volume {
    let device = Device.best()
    return { image in
      // Tensors never cross tasks: each call has a network of its own.
      try Segmenter(SegmentationModel(contentsOf: path, on: device)).segment(image).mask
    }
  }
}
