import ArgumentParser
import Files
import Foundation
import NIfTI
import Registration
import Volumes

struct Register: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring one scan's cord onto another's.",
    discussion: """
      Gray levels near the cord tell how the person moved between the scans; thick slices, taken one by one, are then shifted by \
      themselves. Both masks of the cord are needed; they may be rough. Nothing is stretched.

      Example:
        softcord register T2star.nii.gz T2w.nii.gz --moving-mask T2star_seg.nii.gz --fixed-mask T2w_seg.nii.gz -o T2star_in_T2w.nii.gz
      """)

  @Argument(help: ArgumentHelp("Scan to move.", valueName: "moving"))
  var moving: String

  @Argument(help: ArgumentHelp("Scan to bring it to.", valueName: "fixed"))
  var fixed: String

  @Option(help: ArgumentHelp("Mask of the cord on the moving scan's grid.", valueName: "file"))
  var movingMask: String

  @Option(help: ArgumentHelp("Mask of the cord on the fixed scan's grid.", valueName: "file"))
  var fixedMask: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The moving scan on the fixed scan's grid.", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("The transform, JSON: turn, shift, and a further shift of each slice.", valueName: "file"))
  var transform: String?

  func validate() throws {
    if !output.hasSuffix(".nii"), !output.hasSuffix(".nii.gz") { throw ValidationError("'\(output)' must end in .nii or .nii.gz.") }
    func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path }
    if [moving, fixed, movingMask, fixedMask].map(real).contains(real(output)) {
      throw ValidationError("\(output) would replace an input; choose another name.")
    }
  }

  func run() throws {
    func read(_ image: String, _ mask: String) throws -> (image: NIfTIImage, mask: Volume, slices: [MaskSlice]) {
      let (scan, own) = try (GroundTruthInput.read(image), GroundTruthInput.read(mask).volume)
      guard own.grid.matches(scan.volume.grid, tolerance: 0.1) else {
        throw Failure(.data, "\(mask): its grid differs from that of \(image); draw the mask on the scan itself")
      }
      let slices = MaskSlice.whole(of: own)
      guard slices.count >= 3 else { throw Failure(.data, "\(mask): \(slices.count) slices hold cord; at least 3 are needed") }
      return (scan, own, slices)
    }
    let (from, to) = try (read(moving, movingMask), read(fixed, fixedMask))
    guard let axis = CordCourse(through: to.slices) else { throw Failure(.data, "\(fixedMask): the cord is too short to be followed") }
    guard from.slices.contains(where: { axis.range.contains(axis.foot(of: $0.center)) }) else {
      throw Failure(.data, "\(moving): its cord does not overlap that of \(fixed); both must show the same part of one person")
    }
    let registration = CordRegistration(
      slices: from.slices, grid: from.mask.grid, moving: from.image.volume, axis: axis, fixed: to.image.volume)
    let warped = registration.alignment.warped(from.image.volume, onto: to.image.volume.grid)
    if let transform {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try AtomicFile.write([UInt8](encoder.encode(registration.alignment)), to: transform)
    }
    try NIfTI.write(warped, to: output, header: to.image.header)
    let motion = registration.alignment.motion
    let turn = motion.rotation * 180 / .pi
    try Console.result(
      String(
        format:
          "shift %.2f %.2f %.2f mm, turn %.2f %.2f %.2f degrees, slices up to %.2f mm further; gray levels and masks agree to %.2f mm",
        motion.translation.x, motion.translation.y, motion.translation.z, turn.x, turn.y, turn.z,
        registration.alignment.shifts.map(\.length).max() ?? 0, registration.imageDistance ?? .nan))
  }
}
