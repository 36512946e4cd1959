import Inference
import Models
import Simulation
import Volumes

/// Scans that training never sees, and what a model makes of them: with the same ``Segmenter`` that users run.
struct Validation {
  private let data: TrainingData
  private let simulated: [SimulatedScan]

  init(_ configuration: TrainingConfiguration, _ data: TrainingData) {
    self.data = data
    simulated = CasePool.validationScans(configuration)
  }

  /// One score a scan. Scans are read anew each time: there may be more than memory holds.
  func scores(_ model: SegmentationModel) throws -> [Score] {
    let segmenter = Segmenter(model, precision: .float32)
    segmenter.checksAxes = false
    func mask(_ image: Volume) throws -> Volume {
      do { return try segmenter.segment(image).mask } catch is InferenceError { return Volume(repeating: 0, grid: image.grid) }
    }
    let labelled = try data.validation.map { scan in
      // The whole image is segmented, whatever part of it is annotated.
      var whole = scan
      whole.partial = false
      let (image, label) = try data.read(whole)
      return Score(scan.label, contrast: scan.contrast, prediction: try mask(image), reference: label, partial: scan.partial == true)
    }
    return try labelled
      + simulated.enumerated().map { index, scan in
        Score("simulated-\(index)", contrast: nil, prediction: try mask(scan.image), reference: scan.cord, partial: false)
      }
  }
}
