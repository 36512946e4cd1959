import Cohorts
import Datasets
import Files
import Morphometry
import NIfTI
import Simulation
import Volumes

/// The whole path on one digital neck: scans, soft masks, levels, areas beside the exact truth.
public struct Demonstration {
  /// Where everything is written.
  public let folder: String
  /// Seed of the neck.
  public var seed: UInt64 = 1

  public init(folder: String, seed: UInt64 = 1) { (self.folder, self.seed) = (folder, seed) }

  /// Scans one neck in T2w and T1w, segments the scans, finds the levels, and measures each.
  ///
  /// - Returns: Measured and exact areas and diameters, a row for each contrast and level.
  /// - Throws: What segmenting, measuring and writing throw.
  public func run(with pipeline: SegmentationPipeline, observer: WorkObserver = { _ in }) throws -> Table {
    try Folder.make(folder)
    var table = Table(columns: Self.columns)
    let settings = CohortSettings(seed: seed, contrasts: [.t2w, .t1w])
    let cohort = Cohort(folder: folder, settings: settings, program: .softcord)
    let neck = cohort.neck(of: 1)
    for contrast in settings.contrasts {
      let acquisition = cohort.acquisition(of: neck, person: 1, contrast)
      let scan = acquire(neck, acquisition)
      let path = "\(folder)/sub-001_\(contrast.rawValue).nii.gz"
      try NIfTI.write(scan.image, to: path)
      try NIfTI.write(scan.cord, to: "\(folder)/sub-001_space-\(contrast.rawValue)_label-SC_desc-truth_probseg.nii.gz")
      let files = SegmentationFiles(of: path, pictures: folder, settings: pipeline.settings)
      let done = try pipeline.segment(path, to: files, observer: observer)
      let labels = LabelFiles(of: path, pictures: folder)
      let found = try pipeline.label(path, mask: files.mask, to: labels, observer: observer)
      let measurements = try Morphometry.measure(mask: done.mask)
      let axis = CordAxis(measurements.centerline)
      let map = try found.map(tolerance: done.mask.grid.spacing.max())
      for level in 2...8 {
        guard let piece = map.piece(ofLevels: level...level, within: axis.extent), piece.isComplete,
          let summary = measurements.summary(of: piece.places, on: axis)
        else { continue }
        table.append(Self.row(contrast, level, summary, of: neck))
      }
    }
    return table
  }

  private static var columns: [Table.Column] {
    [
      .init("scan", "Contrast"), .init("level", "Vertebral level"), .init("slices", "Slices of the level in the scan"),
      .init("csa_mm2", "Measured area, mm²", decimals: 1), .init("csa_true_mm2", "Exact area, mm²", decimals: 1),
      .init("csa_error_percent", "Difference, percent of the truth", decimals: 1),
      .init("ap_diameter_mm", "Measured anterior-posterior diameter, mm"), .init("ap_true_mm", "Exact, mm"),
      .init("rl_diameter_mm", "Measured right-left diameter, mm"), .init("rl_true_mm", "Exact, mm"),
    ]
  }

  private static func row(_ contrast: Contrast, _ level: Int, _ summary: Summary, of neck: Neck) -> [Table.Value] {
    let (area, truth, diameters) = (summary.area.mean, neck.trueArea(level: level), neck.trueDiameters(level: level))
    return [
      .text(contrast.rawValue), .text(Neck.name(ofLevel: level)), .integer(summary.slices.count), .number(area), .number(truth),
      .number((area / truth - 1) * 100), .number(summary.apDiameter.mean), .number(diameters.ap), .number(summary.rlDiameter.mean),
      .number(diameters.rl),
    ]
  }
}
