import Datasets
import Files
import Foundation
import NIfTI

/// Whether a mask, its scan and its model are still what the sidecar beside the mask says.
public struct MaskVerification: Sendable {
  /// What became of a part since the mask was written.
  public enum State: Sendable, Hashable, CustomStringConvertible {
    case same
    case changed
    /// It cannot be told, and why.
    case unknown(String)

    public var description: String {
      switch self {
      case .same: "unchanged"
      case .changed: "changed"
      case .unknown(let reason): "not known: \(reason)"
      }
    }
  }

  public let mask, scan, model: State

  /// Parts that are not as they were, by name; empty where nothing has changed as far as it can be told.
  public var changed: [String] { [("mask", mask), ("scan", scan), ("model", model)].filter { $0.1 == .changed }.map(\.0) }

  /// Reads the mask, its sidecar, its scan and its model.
  ///
  /// - Parameters:
  ///   - path: Of the mask.
  ///   - scan: Path of the scan; `nil` looks beside the mask for the one that the sidecar names.
  ///   - model: Path of the model file.
  /// - Throws: `DatasetError` where there is no sidecar with checksums, `NIfTIError` where the mask, or a scan that is there, cannot be read.
  public init(of path: String, scan: String? = nil, model: String) throws {
    let facts = try SidecarFacts(beside: path)
    if let expected = facts.mask {
      mask = Checksum.sha256(of: try NIfTI.read(path).volume) == expected ? .same : .changed
    } else {
      mask = .unknown("the sidecar is older than checksums of masks")
    }
    let name = facts.sources?.first
    let source = scan ?? name.map { path.deletingLastPathComponent.appendingPathComponent($0) }
    if let source, scan != nil || FileManager.default.fileExists(atPath: source) {
      self.scan = Checksum.sha256(of: try NIfTI.read(source, volume: facts.volume).volume) == facts.input ? .same : .changed
    } else {
      self.scan = .unknown("\(name ?? "the scan") does not lie beside the mask; name it with --scan")
    }
    if FileManager.default.fileExists(atPath: model) {
      self.model = try Checksum.sha256(ofFile: model) == facts.model ? .same : .changed
    } else {
      self.model = .unknown("\(model) is not there")
    }
  }
}

/// What a mask's sidecar says of the files that it was made from.
struct SidecarFacts: Decodable {
  /// SHA-256 of the model's file and of the scan's voxels; of the mask's voxels where the sidecar is not older than that.
  let model, input: String
  let mask: String?
  /// Names of the scans.
  let sources: [String]?
  /// Which volume of a 4D scan.
  let volume: Int?

  enum CodingKeys: String, CodingKey {
    case model = "ModelSHA256"
    case input = "InputVoxelsSHA256"
    case mask = "MaskVoxelsSHA256"
    case sources = "Sources"
    case volume = "Volume"
  }

  /// Reads the sidecar beside a mask.
  ///
  /// - Throws: ``DatasetError``.
  init(beside path: String) throws(DatasetError) {
    let sidecar = OutputName.withoutExtension(path) + ".json"
    guard let data = FileManager.default.contents(atPath: sidecar) else { throw .missing(path: sidecar) }
    do {
      self = try JSONDecoder().decode(SidecarFacts.self, from: data)
    } catch {
      throw .unreadable(path: sidecar, reason: "it holds no checksums of scan and model; expected a sidecar that softcord segment wrote")
    }
  }
}
