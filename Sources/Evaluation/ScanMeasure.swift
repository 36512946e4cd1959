import Morphometry

/// One number of a scan's evaluation: a column of the table of scans, a row of the summary.
public struct ScanMeasure: Sendable {
  public let name, description: String
  public let unit: String?
  let decimals: Int
  let value: @Sendable (ScanEvaluation) -> Outcome<Double>

  private init(
    _ name: String, _ description: String, unit: String? = nil, decimals: Int = 3,
    _ value: @escaping @Sendable (ScanEvaluation) -> Outcome<Double>
  ) {
    (self.name, self.description, self.unit, self.decimals, self.value) = (name, description, unit, decimals, value)
  }

  /// The number of a scan, or why there is none.
  public func callAsFunction(_ scan: ScanEvaluation) -> Outcome<Double> { value(scan) }

  /// What every scan has.
  public static let all: [ScanMeasure] = [
    .init("dice", "Overlap of both masks cut at 0.5: 2·|P∩G| / (|P|+|G|)", decimals: 4) { $0.dice },
    .init("soft_dice", "2·Σpg/(Σp²+Σg²): 1 only where the soft masks are equal", decimals: 4) { $0.softDice },
    .init("volume_error_percent", "Volume of the soft mask relative to the reference's, minus one", unit: "percent", decimals: 1) {
      $0.volumeError.map { $0 * 100 }
    },
    .init("assd_mm", "Average distance between the surfaces of both masks cut at 0.5", unit: "mm") { $0.surface.map(\.average) },
    .init("hd95_mm", "Larger of both directed 95th percentiles of that distance", unit: "mm") { $0.surface.map(\.percentile95) },
    .init("centerline_mm", "Mean distance of both centerlines", unit: "mm") { $0.centerline.map(\.mean) },
    .init("area_error_mm2", "Mean area of the prediction minus the reference's, over slices inside the cord that both hold", unit: "mm2") {
      $0.area.map(\.error)
    },
    .init("area_absolute_error_mm2", "Absolute value of area_error_mm2", unit: "mm2") { $0.area.map { abs($0.error) } },
    .init("area_error_percent", "The same relative to the reference", unit: "percent", decimals: 1) { $0.area.map { $0.relative * 100 } },
    .init(
      "calibration_error", "Expected calibration error of the soft values in ten bins, over voxels where either mask is above 0.01",
      decimals: 4
    ) {
      $0.calibration.map(\.expectedError)
    },
    .init("bias", "Mean of prediction minus reference over the same voxels", decimals: 4) { $0.calibration.map(\.bias) },
    .init("edge_bias", "Mean of prediction minus reference at the reference's edge; positive where the mask is too generous", decimals: 4) {
      $0.calibration.flatMap { calibration in
        calibration.edgeBias.map { .success($0) } ?? .failure(NotComputable("the reference has no edge"))
      }
    },
  ]

  /// What masks have whose scans are given.
  public static let edge: [ScanMeasure] = {
    @Sendable func find(_ scan: ScanEvaluation, _ value: (SteepestEdge) -> Double) -> Outcome<Double> {
      scan.edge.map { $0.map(value) } ?? .failure(NotComputable("the scan was not found"))
    }
    return [
      .init("edge_area_ratio", "Area of the prediction over that within the scan's steepest edge, in slices of enough contrast") {
        find($0, \.areaRatio)
      },
      .init("edge_distance_mm", "Mean way outwards from that edge to the prediction's outline", unit: "mm") { find($0, \.distance) },
      .init("edge_contrast", "How much brighter or darker the surroundings are, as a share of the cord; median over slices") {
        find($0, \.contrast)
      },
      .init("edge_slices", "Slices of enough contrast", decimals: 0) { find($0) { Double($0.slices) } },
    ]
  }()

  /// What scans with masks of lesions or compressions have.
  public static func region(_ kind: Region.Kind) -> [ScanMeasure] {
    let name = kind.rawValue
    @Sendable func find<T>(_ scan: ScanEvaluation, _ value: (RegionScore) -> Outcome<T>) -> Outcome<T> {
      scan.regions.first { $0.kind == kind }.map(value) ?? .failure(NotComputable("the scan has no \(name) mask"))
    }
    return [
      .init("\(name)_sensitivity", "Share of the reference's cord that was found inside the \(name): Σ l·min(p, g) / Σ l·g") { scan in
        find(scan) { $0.sensitivity }
      },
      .init("\(name)_outside_sensitivity", "The same outside the \(name)") { scan in find(scan) { $0.elsewhere } },
      .init("\(name)_area_error_mm2", "Mean area of the prediction minus the reference's in slices that hold the \(name)", unit: "mm2") {
        scan in
        find(scan) { $0.area }.map(\.error)
      },
      .init(
        "\(name)_mscc_error_percent", "Compression (MSCC) of the prediction minus the reference's at the middle of the \(name)",
        unit: "percent", decimals: 1
      ) { scan in find(scan) { $0.compression }.map { $0.predicted - $0.reference } },
    ]
  }
}
