import Evaluation
import Morphometry
import Volumes

/// What one method made of one scan.
public struct ScanResult: Sendable, Codable {
  public let person, contrast: String
  /// Mean area over the levels of the study, or over what the scan holds of them, mm²; or why there is none.
  public let area: Double?
  public let reason: String?
  /// Against the mask that is judged by, over the slices that it holds.
  public let dice, softDice, volumeError: Double
  public let calibration: Calibration?

  /// mm. Axial scans often end within C2: as in the paper the slices count that are there, if they are two at least.
  private static let leastLength = 10.0

  /// - Parameters:
  ///   - mask: Occupancy on the scan's grid.
  ///   - reference: What it is judged by, on the same grid.
  ///   - discs: Labels of discs, on any grid of the same world.
  public init(_ scan: StudyScan, mask: Volume, reference: Volume, discs: Volume, levels: ClosedRange<Int>) {
    (person, contrast) = (scan.person, scan.contrast)
    let found: Result<Double, any Error> = Result {
      try CordAreas(of: mask, labels: .discs(discs)).area(of: levels, least: Self.leastLength).get().value
    }
    (area, reason) = (try? found.get(), found.failureText)
    let agreement = Agreement(of: mask, with: reference, partial: true)
    (dice, softDice, volumeError) = (agreement.dice, agreement.softDice, agreement.volumeError)
    let slices = reference.annotatedSlices
    calibration = try? Calibration(of: mask.kept(slices), with: reference)
  }
}

extension Result where Success == Double, Failure == any Error {
  fileprivate var failureText: String? { if case .failure(let error) = self { "\(error)" } else { nil } }
}

extension Volume {
  /// This volume with zeros in slices that are not judged.
  fileprivate func kept(_ judged: (axis: Int, slices: Set<Int>)) -> Volume {
    var result = self
    let stride = [1, grid.shape.x, grid.shape.x * grid.shape.y][judged.axis]
    for offset in voxels.indices where voxels[offset] != 0 && !judged.slices.contains(offset / stride % grid.shape[judged.axis]) {
      result.voxels[offset] = 0
    }
    return result
  }
}

/// What one method made of all tested scans.
public struct MethodResults: Sendable, Codable {
  public let name: String
  /// Where the masks come from, so that they are measured again where they changed.
  public let signature: String
  public let scans: [ScanResult]
  /// Scans of which the method has no mask.
  public let absent: [String]

  public init(name: String, signature: String, scans: [ScanResult], absent: [String]) {
    (self.name, self.signature, self.scans, self.absent) = (name, signature, scans, absent)
  }

  /// Areas as comparisons take them.
  func areas(level: String) throws -> AreaTable {
    let records = scans.compactMap { scan in
      scan.area.map { AreaRecord(person: scan.person, series: scan.contrast, level: level, area: $0) }
    }
    let gaps = scans.filter { $0.area == nil }.map { "\($0.person) \($0.contrast): no area (\($0.reason ?? ""))" }
    return try AreaTable(name: name, records: records, gaps: gaps + absent.map { "\($0): no mask" })
  }
}
