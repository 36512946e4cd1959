import Files
import Foundation
import NIfTI
import Volumes

/// Brings a scan's cord onto that of another scan of the same person, from files to files.
public struct ScanRegistration: Sendable {
  /// A scan with the mask of its cord, which may be rough, on its grid.
  public struct Input: Sendable {
    public let image, mask: String

    public init(image: String, mask: String) { (self.image, self.mask) = (image, mask) }
  }

  public let moving, fixed: Input

  public init(moving: Input, fixed: Input) { (self.moving, self.fixed) = (moving, fixed) }

  /// Registers, and writes the moving scan on the fixed scan's grid.
  ///
  /// - Parameters:
  ///   - output: Path of the moved scan.
  ///   - transform: Path of the transform, JSON: turn, shift, and a further shift of each slice.
  /// - Throws: ``RegistrationError``, `MaskError`, `NIfTIError`, `FileError`.
  public func run(to output: String, transform: String? = nil) throws -> CordRegistration {
    let (from, to) = try (Self.read(moving), Self.read(fixed))
    guard let axis = CordCourse(through: to.slices) else { throw RegistrationError.short(mask: fixed.mask) }
    guard from.slices.contains(where: { axis.range.contains(axis.foot(of: $0.center)) }) else {
      throw RegistrationError.apart(moving: moving.image, fixed: fixed.image)
    }
    let registration = CordRegistration(
      slices: from.slices, grid: from.mask.grid, moving: from.image.volume, axis: axis, fixed: to.image.volume)
    let warped = registration.alignment.warped(from.image.volume, onto: to.image.volume.grid)
    var files: [StagedFile] = []
    if let transform {
      files.append(try StagedFile(at: transform, holding: JSONEncoder.readable.encode(registration.alignment)))
    }
    try StagedFile.commit(files + [NIfTI.staged(warped, at: output, header: to.image.header).file])
    return registration
  }

  private static func read(_ input: Input) throws -> (image: NIfTIImage, mask: Volume, slices: [MaskSlice]) {
    let scan = try NIfTI.scan(input.image)
    let own = try NIfTI.mask(input.mask, of: input.image, on: scan.volume.grid).volume
    let slices = MaskSlice.whole(of: own)
    guard slices.count >= 3 else { throw RegistrationError.fewSlices(mask: input.mask, found: slices.count) }
    return (scan, own, slices)
  }
}

extension CordRegistration {
  /// Shift, turn and agreement in one line.
  public var summary: String {
    let (motion, turn) = (alignment.motion, alignment.motion.rotation * 180 / .pi)
    return String(
      format: "shift %.2f %.2f %.2f mm, turn %.2f %.2f %.2f degrees, slices up to %.2f mm further; gray levels and masks agree to %.2f mm",
      motion.translation.x, motion.translation.y, motion.translation.z, turn.x, turn.y, turn.z,
      alignment.shifts.map(\.length).max() ?? 0, imageDistance ?? .nan)
  }
}

/// Why two scans cannot be brought together.
public enum RegistrationError: Error, Hashable, CustomStringConvertible {
  case fewSlices(mask: String, found: Int)
  case short(mask: String)
  case apart(moving: String, fixed: String)

  public var description: String {
    switch self {
    case .fewSlices(let mask, let found): "\(mask): \(found) slices hold cord; at least 3 are needed"
    case .short(let mask): "\(mask): the cord is too short to be followed"
    case .apart(let moving, let fixed):
      "\(moving): its cord does not overlap that of \(fixed); both must show the same part of one person"
    }
  }
}
