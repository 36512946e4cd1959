import Morphometry
import Reports

/// One row of measures.
public struct MeasureRow: Sendable {
  /// Path of the mask.
  public let file: String
  public let method: MeasurementMethod
  /// Vertebral levels, where they are known.
  public let levels: ClosedRange<Int>?
  /// The measures; `nil` where a border is missing.
  public let summary: Summary?
  public let flags: Flags
  /// Slices of the row counted from the feet, as SCT does.
  public let slicesFromFeet: ClosedRange<Int>?
  /// Distance of the row's middle from the pontomedullary junction along the cord, mm.
  public let junctionDistance: Double?
  /// Compression of the AP diameter and of the area, percent.
  public let compression: (diameter: Estimate?, area: Estimate?)
  /// Area of the spinal canal, mm², and the cord's share of it.
  public let canal: (area: Estimate?, share: Estimate?)
  /// How sure the numbers of the levels are, 0…1; `nil` where the labels do not say.
  public let numberingProbability: Double?
}

/// What became of one mask.
public struct MeasuredMask: Sendable {
  public let rows: [MeasureRow]
  /// What is to be said of its files, one line each.
  public let notes: [String]
  /// The area along the cord, where it was asked for.
  public let plot: AreaPlot?
}
