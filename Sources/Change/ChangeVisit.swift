import Morphometry

/// One scan of a person's cord, measured.
public struct ChangeVisit: Sendable {
  /// What it is called in tables.
  public let name: String
  public let measurements: CordMeasurements
  /// The cord's length.
  public let axis: CordAxis
  /// Discs beside the cord: disc n lies above vertebra n (C1 = 1), its place along ``axis`` and the place's standard error, mm; empty where
  /// they are not known.
  public let discs: [(number: Int, place: Double, error: Double)]
  /// Years since some date that all visits share; `nil` where it is not known.
  public let years: Double?
  /// What the scan is of, e.g. `T2w`; `nil` where it is not known.
  public let contrast: String?

  /// A visit; each parameter is explained at its property.
  public init(
    name: String, measurements: CordMeasurements, discs: [(number: Int, place: Double, error: Double)] = [], years: Double? = nil,
    contrast: String? = nil
  ) {
    (self.name, self.measurements, self.discs, self.years, self.contrast) = (name, measurements, discs, years, contrast)
    axis = CordAxis(measurements.centerline)
  }

  /// The cord without its end slices, which may be filled in part.
  var whole: ClosedRange<Double> {
    let margin = measurements.centerline.slicing.spacing
    let (low, high) = (axis.extent.lowerBound + margin, axis.extent.upperBound - margin)
    return low < high ? low...high : axis.extent
  }
}
