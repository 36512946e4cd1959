import Statuses

/// What a caller of the C libraries gave that cannot be meant.
package enum InterfaceError: Error, CustomStringConvertible {
  /// A pointer is NULL that must lead somewhere.
  case null(String)
  case shape(name: String, found: [Int])
  case type(Int32)
  case affine(name: String, reason: String)
  case notFinite(name: String, count: Int)
  /// An array does not hold as many numbers as are copied to it.
  case count(found: Int, expected: Int)
  case unknownOption(String, known: [String])
  case value(option: String, found: String, expected: String)
  /// Options that do not go together.
  case contradiction(String)
  case unknownImage(String, known: [String])
  case partial(failed: Int, of: Int, first: String)

  package var description: String {
    switch self {
    case .null(let what): "\(what) is NULL"
    case .shape(let name, let found):
      "\(name): the shape \(found) is none of an image; expected three numbers of at least 1, of a single volume"
    case .type(let number): "there is no type of voxels \(number); expected one of SOFTCORD_FLOAT32 to SOFTCORD_UINT64"
    case .affine(let name, let reason):
      "\(name): the affine gives no usable voxel grid: \(reason); expected millimeters for each step along x, y and z, as nibabel's image.affine"
    case .notFinite(let name, let count):
      "\(name): \(count) voxels are NaN or infinite; replace them, such as by 0 (numpy.nan_to_num)"
    case .count(let found, let expected): "an array of \(found) numbers for \(expected)"
    case .unknownOption(let name, let known): "there is no option \(name) here; expected \(known.sorted().joined(separator: ", "))"
    case .value(let option, let found, let expected): "\(option) cannot be '\(found)'; expected \(expected)"
    case .contradiction(let text): text
    case .unknownImage(let name, let known): "there is no companion \(name); expected \(known.sorted().joined(separator: ", "))"
    case .partial(let failed, let all, let first): "\(failed) of \(all) inputs failed; the first: \(first)"
    }
  }

  var status: ExitStatus {
    switch self {
    case .shape, .affine, .notFinite: .data
    case .partial: .partial
    default: .usage
    }
  }
}
