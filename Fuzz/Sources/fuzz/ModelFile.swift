import Foundation

@testable import Models

/// A model file: safetensors, and the description in its metadata.
@Sendable func readModel(_ bytes: Data) {
  guard let contents = try? Safetensors.parse(bytes, path: "model") else { return }
  guard let text = contents.metadata[SegmentationModel.metadataKey] else { return }
  guard let description = try? JSONDecoder().decode(ModelDescription.self, from: Data(text.utf8)) else { return }
  guard (try? description.validate()) != nil else { return }
  for stage in [description.localizer, description.segmenter] { _ = stage?.network.parameterCount }
}
