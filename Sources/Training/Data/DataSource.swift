import Foundation

/// A collection of labelled scans on disk, in one of the layouts that the field uses.
public struct DataSource: Sendable, Hashable, Codable {
  public enum Layout: String, Sendable, Codable {
    /// A BIDS data set whose masks lie in one of its derivatives.
    case bids
    /// A folder of nnU-Net: `dataset.json`, `imagesTr`, `labelsTr`.
    case nnunet
    /// A table of tab-separated values: one line a scan, columns `image`, `mask`, `person`, and what else is known.
    case table
  }

  public var layout: Layout
  /// Folder, or the table's file; from ``DataSettings/root`` unless it begins with `/`.
  public var path: String
  /// How often its scans are drawn together, relative to other sources; their number when absent.
  public var weight: Double?
  /// BIDS: folder in `derivatives` that holds the masks.
  public var derivative: String?
  /// BIDS: what the masks show; `SC` when absent.
  public var label: String?
  /// BIDS: kinds of masks, the first one found is taken; `probseg`, `softseg`, `dseg`, `seg`, `mask` when absent.
  public var masks: [String]?
  /// nnU-Net: the number that is cord in the label maps; needed where there are several.
  public var value: Int?
  /// nnU-Net: regular expression whose first group is the person in a case's name. Absent, `sub-…` is, and else the whole name.
  public var person: String?
  /// Table: rows whose column `set` is one of these, all when absent.
  public var sets: [String]?
  /// Slices without any mask voxel are unknown, not empty.
  public var partial: Bool?
  /// How far masks' edges are to be believed; see ``LabelledScan/edge``.
  public var edge: LabelEdge?

  public init(layout: Layout, path: String) { (self.layout, self.path) = (layout, path) }

  /// The scans, in the order of their paths.
  ///
  /// - Parameter root: Folder that `path` is named from.
  /// - Throws: ``TrainingError/source(path:reason:)``.
  func scans(root: String) throws -> [LabelledScan] {
    var scans =
      switch layout {
      case .bids: try bidsScans(root: root)
      case .nnunet: try nnUNetScans(root: root)
      case .table: try tableScans(root: root)
      }
    guard !scans.isEmpty else { throw TrainingError.source(path: path, reason: "no scan with a mask was found in it") }
    let total = scans.reduce(0) { $0 + ($1.weight ?? 1) }
    for i in scans.indices {
      scans[i].partial = scans[i].partial ?? partial
      scans[i].edge = scans[i].edge ?? edge
      if let weight { scans[i].weight = (scans[i].weight ?? 1) * weight / total }
    }
    return scans
  }
}

/// Where a path of a configuration leads.
func located(_ path: String, root: String) -> String { path.hasPrefix("/") ? path : root + "/" + path }
