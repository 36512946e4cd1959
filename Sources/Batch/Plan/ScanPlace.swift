import Datasets
import Files
import Foundation
import Pipeline

/// Where everything that belongs to one scan lies.
public struct ScanPlace: Sendable, Hashable {
  /// The scan in its data set.
  public let scan: DatasetFile
  /// Root of what is made.
  public let output: String

  public init(_ scan: DatasetFile, in output: String) { (self.scan, self.output) = (scan, output) }

  /// Its name without folder and extension, by which people speak of it: `sub-01_T2w`.
  public var name: String { OutputName.stem(of: scan.path) }
  /// Its BIDS URI.
  public var uri: String { Self.uri(of: scan) }
  /// The BIDS URI of a scan of the data set.
  static func uri(of scan: DatasetFile) -> String { "bids:raw:\(scan.path)" }

  private var folder: String { scan.name.folder(scan.datatype) }
  /// From the root of the output: the soft mask, its sidecar, the measures, the picture, the page, and the record that says that all is done.
  public var mask: String { "\(folder)/\(OutputName(of: scan.path).mask()).nii.gz" }
  var sidecar: String { OutputName.withoutExtension(mask) + ".json" }
  var measures: String { "measures/\(name).tsv" }
  var picture: String { "qc/pictures/\(name).png" }
  var page: String { "qc/scans/\(name).html" }
  var record: String { "records/\(name).json" }

  /// What a scan that is done has.
  var outputs: [String] { [mask, sidecar, measures, picture, page] }
  /// What it has where its levels were found in it: images of discs and of levels, and the JSON files beside them.
  var labels: LabelFiles { LabelFiles(discs: path(label(.discs)), levels: path(label(.levels))) }
  var levelOutputs: [String] {
    [label(.discs), label(.levels)].flatMap { [$0, OutputName.withoutExtension($0) + ".json"] }
  }

  private func label(_ kind: Companion) -> String { "\(folder)/\(kind.stems(of: name).last!).nii.gz" }

  /// A path to open.
  func path(_ relative: String) -> String { output.appendingPathComponent(relative) }
}
