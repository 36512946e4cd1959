import Inference
import Models
import NIfTI
import Simulation
import Volumes

/// How well a model segments one scan whose mask is known.
public struct Score: Sendable, Codable, Hashable {
  public var name: String
  /// Dice overlap of both masks cut at 0.5.
  public var dice: Double
  /// 2·Σpg / (Σp² + Σg²): 1 only when the soft masks are equal.
  public var softDice: Double
  /// Mask volume relative to the reference's, minus one.
  public var volumeError: Double

  /// Compares two masks on one grid.
  ///
  /// - Parameters:
  ///   - prediction: Occupancy.
  ///   - reference: Occupancy, or a binary annotation.
  ///   - partial: Leaves out what lies in slices (along the thickest axis) that the reference leaves empty.
  public init(name: String, prediction: Volume, reference: Volume, partial: Bool = false) {
    precondition(prediction.grid.shape == reference.grid.shape, "masks are compared voxel by voxel")
    let shape = reference.grid.shape
    let axis = (0..<3).max { reference.grid.spacing[$0] < reference.grid.spacing[$1] }!
    func slice(_ offset: Int) -> Int { [offset % shape.x, offset / shape.x % shape.y, offset / shape.x / shape.y][axis] }
    var annotated = [Bool](repeating: !partial, count: shape[axis])
    if partial { for i in reference.voxels.indices where reference.voxels[i] > 0 { annotated[slice(i)] = true } }
    var (both, p, g) = (0.0, 0.0, 0.0)
    var (product, squares, sumP, sumG) = (0.0, 0.0, 0.0, 0.0)
    for i in reference.voxels.indices {
      let (a, b) = (Double(prediction.voxels[i]), Double(reference.voxels[i]))
      if a == 0 && b == 0 { continue }
      guard annotated[slice(i)] else { continue }
      p += a > 0.5 ? 1 : 0
      g += b > 0.5 ? 1 : 0
      both += a > 0.5 && b > 0.5 ? 1 : 0
      product += a * b
      squares += a * a + b * b
      sumP += a
      sumG += b
    }
    self.name = name
    dice = p + g > 0 ? 2 * both / (p + g) : 1
    softDice = squares > 0 ? 2 * product / squares : 1
    volumeError = sumG > 0 ? sumP / sumG - 1 : 0
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
      do { return try segmenter.segment(image).mask } catch InferenceError.noCord { return Volume(repeating: 0, grid: image.grid) }
    }
    return try real.map { Score(name: $0.scan.label, prediction: try mask($0.image), reference: $0.mask, partial: $0.scan.partial == true) }
      + simulated.enumerated().map { Score(name: "simulated-\($0)", prediction: try mask($1.image), reference: $1.cord) }
  }
}
