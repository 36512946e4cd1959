import Volumes

/// Why masks or tables cannot be compared at all.
public enum EvaluationError: Error, Hashable, CustomStringConvertible {
  /// There is no such file or folder.
  case missing(path: String)
  /// A folder cannot be listed, or a file not read.
  case unreadable(path: String, reason: String)
  /// A table is not what it should be.
  case malformed(path: String, reason: String)
  /// A folder holds no masks.
  case noMasks(path: String, label: String)
  /// Nothing on one side belongs to anything on the other.
  case nothingMatches(predictions: String, references: String, examples: (String, String))
  /// Masks of one scan lie on different grids.
  case otherGrid(prediction: String, reference: String, shapes: [SIMD3<Int>])
  /// Values that are no shares of voxels.
  case notOccupancy(path: String, OccupancyError)
  /// A table lacks a column.
  case column(path: String, expected: String, found: String)
  /// A cell of a table is not what its column holds.
  case cell(path: String, line: Int, column: String, found: String, expected: String)
  /// Several rows of a table tell of the same scan and level; their lines where it was read from a file.
  case repeated(path: String, scan: String, level: String, lines: [Int] = [])
  /// Single levels of a table cannot be taken together as a range.
  case notCombinable(method: String, level: String, reason: String)
  /// No table of people is to be found.
  case noParticipants(folder: String)
  /// A table has no row that can be used.
  case noRows(path: String, reason: String)
  /// A file of bridge factors, or a table to be bridged, is not what it should be.
  case bridge(path: String, reason: String)

  public var description: String {
    switch self {
    case .missing(let path): return "\(path): no such file or folder"
    case .unreadable(let path, let reason): return "\(path): cannot be read: \(reason)"
    case .malformed(let path, let reason): return "\(path): \(reason)"
    case .noMasks(let path, let label):
      return "\(path): holds no mask (.nii or .nii.gz) that is labelled \(label) or has no label"
    case .nothingMatches(let predictions, let references, let examples):
      return
        "no mask of \(predictions) belongs to one of \(references): scans there are called \(examples.0), here \(examples.1); "
        + "BIDS entities, or names without endings such as _seg, must be the same"
    case .otherGrid(let prediction, let reference, let shapes):
      let text = shapes[0] == shapes[1] ? "same shape, other affine" : "shape \(Self.text(shapes[0])) and \(Self.text(shapes[1]))"
      return "\(prediction): its grid differs from that of \(reference) (\(text)); masks of one scan are compared voxel by voxel"
    case .notOccupancy(let path, let error): return "\(path): \(error)"
    case .column(let path, let expected, let found): return "\(path): has no column \(expected); found \(found)"
    case .cell(let path, let line, let column, let found, let expected):
      return "\(path): line \(line), column \(column): \(found.isEmpty ? "nothing" : found) where \(expected) was expected"
    case .repeated(let path, let scan, let level, let lines):
      let place = lines.isEmpty ? "" : " (lines \(lines.map(String.init).joined(separator: ", ")))"
      return "\(path): several rows for \(scan), level \(level)\(place); measure with --per level or --per range, each scan once"
    case .notCombinable(let method, let level, let reason):
      return "\(method): has no level \(level), and its single levels cannot be taken together: \(reason); "
        + "measure with --per range --vertebrae \(level)"
    case .noParticipants(let folder): return "\(folder): no participants.tsv in it or above it; name it with --participants"
    case .noRows(let path, let reason): return "\(path): \(reason)"
    case .bridge(let path, let reason): return "\(path): \(reason)"
    }
  }

  private static func text(_ shape: SIMD3<Int>) -> String { "\(shape.x) × \(shape.y) × \(shape.z)" }

  public static func == (a: Self, b: Self) -> Bool { a.description == b.description }
  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
