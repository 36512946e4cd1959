import ArgumentParser
import Files
import Registration

struct Register: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Register one scan to another by their cords.",
    discussion: """
      Mutual information of the gray levels near the cord gives rotation and shift; thick slices are then shifted one by one. \
      Both masks of the cord are needed and may be rough. Nothing is stretched.

      Example:
        softcord register T2star.nii.gz T2w.nii.gz --moving-mask T2star_seg.nii.gz --fixed-mask T2w_seg.nii.gz -o T2star_in_T2w.nii.gz
      """)

  @Argument(help: ArgumentHelp("Scan to move.", valueName: "moving"))
  var moving: String

  @Argument(help: ArgumentHelp("Scan to register it to.", valueName: "fixed"))
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
    if [moving, fixed, movingMask, fixedMask].map(realPath).contains(realPath(output)) {
      throw ValidationError("\(output) would replace an input; choose another name.")
    }
  }

  func run() throws {
    let registration = ScanRegistration(
      moving: .init(image: moving, mask: movingMask), fixed: .init(image: fixed, mask: fixedMask))
    try Console.result(registration.run(to: output, transform: transform).summary)
  }
}
