import Inference
import Models
import Morphometry
import NIfTI
import Simulation
import Volumes

/// How well a model segments one scan whose mask is known.
public struct Score: Sendable, Codable {
  public var name: String
  public var dice: Double
  public var softDice: Double
  public var volumeError: Double

  init(_ name: String, _ agreement: Agreement) {
    (self.name, dice, softDice, volumeError) = (name, agreement.dice, agreement.softDice, agreement.volumeError)
  }
}

/// Scans that training never sees, and what a model makes of them: with the same ``Segmenter`` that users run.
struct Validation {
  private let real: [(scan: LabelledScan, image: Volume, mask: Volume)]
  private let simulated: [SimulatedScan]

  init(_ configuration: TrainingConfiguration, root: String) throws {
    real = try configuration.validation.scans.map { scan in
      // The whole image is segmented, whatever part of it is annotated.
      var whole = scan
      whole.partial = false
      let (image, mask) = try whole.read(root: root)
      return (scan, image, mask)
    }
    simulated = CasePool.validationScans(configuration)
  }

  func scores(_ model: SegmentationModel) throws -> [Score] {
    let segmenter = Segmenter(model)
    func mask(_ image: Volume) throws -> Volume {
      do { return try segmenter.segment(image).mask } catch is InferenceError { return Volume(repeating: 0, grid: image.grid) }
    }
    return try real.map { Score($0.scan.label, Agreement(of: try mask($0.image), with: $0.mask, partial: $0.scan.partial == true)) }
      + simulated.enumerated().map { Score("simulated-\($0)", Agreement(of: try mask($1.image), with: $1.cord)) }
  }
}
