import Datasets
import Derivatives
import Files
import Inference
import Models
import NIfTI
import Reports
import Tensors
import Volumes

/// How scans are segmented.
public struct SegmentationSettings: Sendable {
  /// What the network computes in.
  public var precision = Precision.automatic
  /// Looks at every voxel instead of where the cord is found at first sight: slower.
  public var searchesEverywhere = false
  /// Also finds where the model does not know: takes four times as long.
  public var findsUncertainty = false
  /// Also finds the spinal canal.
  public var findsCanal = false
  /// Gives a binary mask of the voxels above this fraction, 0 to below 1, instead of the soft one.
  public var binarize: Float?
  /// Volume of a 4D scan, from 0; `nil` is the mean over all.
  public var volume: Int?
  /// Keeps only the largest connected piece above 0.1.
  public var keepsLargest = false

  public init() {}
}

/// What became of one scan.
public struct SegmentedScan: Sendable {
  /// The scan as it was read.
  public let image: NIfTIImage
  /// Fraction of each voxel that is cord, 0…1, on the scan's grid, before it is made binary.
  public let mask: Volume
  /// All that the network said of the scan.
  public let segmentation: Segmentation
  /// Seconds for reading the scan and for writing the mask.
  public let seconds: (reading: Double, writing: Double)

  /// Where the time went, in one line.
  public var timings: String {
    let times = segmentation.timings
    let parts =
      [
        ("reading", seconds.reading), ("localizing", times.localizing), ("network", times.network), ("preparing", times.preparing),
        ("resampling", times.resampling), ("writing", seconds.writing),
      ] + (segmentation.uncertainty == nil ? [] : [("uncertainty", times.uncertainty)])
    return "seconds: " + parts.map { "\($0.0) \(String(format: "%.2f", $0.1))" }.joined(separator: ", ")
      + "; \(segmentation.windows) windows"
  }
}

/// From scans to masks, sidecars and pictures: the model is loaded once and run on each scan.
public final class SegmentationPipeline {
  public let segmenter: Segmenter
  public let settings: SegmentationSettings
  /// Name and checksum of the model file.
  var model: (name: String, sha256: String) { writer.model }
  private let writer: MaskWriter

  /// Loads a model.
  ///
  /// - Parameters:
  ///   - path: Model file.
  ///   - device: Where to compute; it must be available.
  /// - Throws: `ModelError`, `TensorError`.
  public init(
    model path: String = ShippedModel.path, on device: Device = .best(), settings: SegmentationSettings = SegmentationSettings()
  ) throws {
    // Before the first memory is taken and the first threads begin.
    ProcessTuning.apply()
    let model = try SegmentationModel(contentsOf: path, on: device)
    segmenter = Segmenter(model, precision: settings.precision)
    segmenter.searchesEverywhere = settings.searchesEverywhere
    segmenter.findsUncertainty = settings.findsUncertainty
    segmenter.findsCanal = settings.findsCanal
    self.settings = settings
    writer = MaskWriter(
      model: (model.provenance.name, try Checksum.sha256(ofFile: path)), binarize: settings.binarize,
      volume: settings.volume,
      options: (settings.keepsLargest ? ["largest component above 0.1"] : [])
        + ["computed in \(segmenter.precision)"] + (settings.searchesEverywhere ? ["searched everywhere"] : []))
  }

  /// Segments a scan, and writes what was asked for; folders must be there.
  ///
  /// - Parameters:
  ///   - scan: Path: .nii, .nii.gz or .hdr/.img, any contrast and orientation.
  ///   - files: Where to write; `nil` writes nothing.
  ///   - source: What the mask's sidecar calls the scan: a BIDS URI; `nil` is the name of its file.
  ///   - observer: Is told of progress and of what to know about the scan.
  /// - Throws: `NIfTIError`, `MaskError`, `InferenceError`, `PreprocessingError`, `TensorError`, `FileError`; what was at the paths before is then there.
  @discardableResult
  public func segment(
    _ scan: String, to files: SegmentationFiles? = nil, source: String? = nil, observer: WorkObserver = { _ in }
  ) throws -> SegmentedScan {
    let start = ContinuousClock.now
    let image = try NIfTI.scan(scan, volume: settings.volume)
    let reading = (ContinuousClock.now - start) / .seconds(1)
    for note in image.notes { observer(.note("\(scan): \(note)")) }
    let name = OutputName(of: scan).stem
    let task = scan.split(separator: "/").last.map(String.init) ?? scan
    observer(.started(task: task))
    let segmentation = try segmenter.segment(image.volume) { observer(.progress(task: task, fraction: $0)) }
    let mask = settings.keepsLargest ? segmentation.mask.keepingLargestPiece : segmentation.mask
    var writing = 0.0
    if let files {
      // Where one of the files has no place, all others stay as they were.
      let picture = try files.picture.map { try Overlay(title: name).picture(of: image.volume, mask: mask).staged(at: $0) }
      let start = ContinuousClock.now
      let map = segmentation.uncertainty.flatMap { found in files.uncertainty.map { (found.map, found.volumeSpread, $0) } }
      let notes = try writer.write(
        mask, of: image, source: source ?? scan, to: files.mask, sides: segmentation.sidesCutByFieldOfView.map(\.rawValue),
        notes: segmentation.notes, uncertainty: map,
        canal: segmentation.canal.flatMap { canal in files.canal.map { (canal, $0) } })
      if let picture { try StagedFile.commit([picture]) }
      writing = (ContinuousClock.now - start) / .seconds(1)
      for note in notes { observer(.note("\(scan): \(note)")) }
    }
    for note in segmentation.remarks { observer(.note("\(scan): \(note)")) }
    observer(.finished(task: task, remark: files.map { "→ \($0.mask)" } ?? ""))
    return SegmentedScan(image: image, mask: mask, segmentation: segmentation, seconds: (reading, writing))
  }
}

extension Segmentation {
  /// What to tell a user of this scan, one line each.
  public var remarks: [String] {
    let cut = sidesCutByFieldOfView.filter { !$0.isEnd }.map(\.rawValue)
    return (cut.isEmpty ? [] : ["the field of view cuts the cord at its \(cut.joined(separator: " and ")) side"]) + notes
  }
}

extension Volume {
  /// A mask's largest connected piece above 0.1.
  public var keepingLargestPiece: Volume { keepingLargestComponent(above: 0.1) }
}
