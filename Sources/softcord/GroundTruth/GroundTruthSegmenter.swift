import Foundation
import Inference
import Models
import NIfTI
import Tensors
import Volumes

/// Makes masks that nobody drew: the one place where soft ground truth meets the network.
///
/// They are kept beside the results, so that a run that goes on need not make them again, and are read from there as if drawn.
struct GroundTruthSegmenter {
  private let segmenter: Segmenter
  private let folder: String

  /// - Parameters:
  ///   - path: Model file.
  ///   - folder: Where masks are kept; those of another model lie elsewhere.
  init(_ path: String, keptIn folder: String) throws {
    segmenter = Segmenter(try SegmentationModel(contentsOf: path, on: Device.best()))
    self.folder = folder + "/masks-" + (try MaskWriter.checksum(ofFile: path)).prefix(12)
    try makeFolder(self.folder)
  }

  /// A person with a mask for each contrast, but for those of which none can be made: these say why.
  func completed(_ person: GroundTruthInput) -> GroundTruthInput {
    var contrasts = person.contrasts
    for (k, contrast) in contrasts.enumerated() where contrast.mask == nil {
      do {
        let image = try naming(contrast.image.location) { try GroundTruthInput.read(contrast.image.location) }
        let path = "\(folder)/\(contrast.image.name)_\(MaskWriter.checksum(image.volume).prefix(12)).nii.gz"
        if !FileManager.default.fileExists(atPath: path) {
          let mask = try naming(contrast.image.location) { try segmenter.segment(image.volume).mask }
          try NIfTI.write(mask, to: path, header: image.header)
        }
        contrasts[k].mask = path
      } catch {
        contrasts[k].problem = (error as? Failure)?.message ?? "\(error)"
      }
    }
    return GroundTruthInput(name: person.name, folder: person.folder, contrasts: contrasts)
  }
}
