import Derivatives
import Files
import Foundation
import NIfTI
import Volumes

/// Makes masks that nobody drew: the one place where soft ground truth meets a network.
///
/// They are kept beside the results, so that a run that goes on need not make them again, and are read from there as if drawn.
public struct MissingMasks {
  /// SHA-256 of the model: masks of another one lie elsewhere.
  private let model: String
  private let segment: (Volume) throws -> Volume

  /// - Parameters:
  ///   - model: SHA-256 checksum of the model that segments.
  ///   - segment: Gives a scan's soft mask on its own grid. It is called for one scan at a time.
  public init(model: String, segment: @escaping (Volume) throws -> Volume) { (self.model, self.segment) = (model, segment) }

  /// A person with a mask for each contrast, but for those of which none can be made: these say why.
  func completed(_ person: GroundTruthInput, keptIn place: String) throws -> GroundTruthInput {
    let folder = place + "/masks-" + model.prefix(12)
    try Folder.make(folder)
    var contrasts = person.contrasts
    for (k, contrast) in contrasts.enumerated() where contrast.mask == nil {
      do {
        let image = try naming(contrast.image.location) { try NIfTI.scan(contrast.image.location) }
        let path = "\(folder)/\(contrast.image.name)_\(Checksum.sha256(of: image.volume).prefix(12)).nii.gz"
        if !FileManager.default.fileExists(atPath: path) {
          let mask = try naming(contrast.image.location) { try segment(image.volume) }
          try NIfTI.write(mask, to: path, header: image.header)
        }
        contrasts[k].mask = path
      } catch {
        contrasts[k].problem = error
      }
    }
    return GroundTruthInput(name: person.name, folder: person.folder, contrasts: contrasts)
  }
}
