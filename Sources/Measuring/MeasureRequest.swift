import Datasets
import Morphometry
import Volumes

/// What is to be measured of masks, and how it is divided into rows.
///
/// Files are named by paths; a `{}` in one stands for the name of the mask's scan, and `auto` looks for the usual names beside the mask.
public struct MeasureRequest: Sendable {
  /// What one row tells about.
  public enum Unit: String, Sendable, CaseIterable {
    case slice, level, range
  }

  public var per = Unit.slice
  /// Labels of discs: voxels, or whole discs as TotalSpineSeg makes them.
  public var discs: String?
  /// Image whose voxels carry the number of their vertebra. One of this and `discs` at most.
  public var levels: String?
  /// Numbers of the labels; `nil` goes by what they tell.
  public var numbering: LabelNumbering?
  /// Vertebrae to measure, C1 = 1.
  public var vertebrae: ClosedRange<Int>?
  /// Slices to measure, as they lie in the file.
  public var slices: ClosedRange<Int>?
  /// Label of the pontomedullary junction.
  public var junction: String?
  /// Middle of what is measured, mm along the cord from the junction, and its length.
  public var distance: Double?
  public var extent = 20.0

  public var method = MeasurementMethod.exact
  /// Which of several volumes of a mask, from 0.
  public var volume: Int?
  /// Scan of the mask: adds quadrants and the symmetry seen in the scan.
  public var scan: String?
  /// Mask of the spinal canal: adds its area and the cord's share of it.
  public var canal: String?
  /// Whether compression ratios are added.
  public var compression = false
  /// Whether areas are drawn.
  public var wantsPlot = false
  /// Images that are in memory already: they go before files, whose paths are then only what messages and tables call them. That of the cord is
  /// the mask itself.
  public var images: [Companion: Volume] = [:]
  /// What is known of discs that are in memory; for files it stands beside them.
  public var discSidecar: DiscSidecar?

  public init() {}

  /// The files that all masks share, whatever their names.
  public var sharedFiles: [String] { files.filter { $0 != "auto" && !$0.contains("{}") } }

  /// The files beside the masks.
  public var files: [String] { [discs, levels, junction, scan, canal].compactMap { $0 } }
}
