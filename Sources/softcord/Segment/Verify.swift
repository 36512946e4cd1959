import ArgumentParser
import Derivatives
import Models

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check whether masks still belong to their scans and model.",
    discussion: """
      The sidecar beside a mask holds checksums of the mask's voxels, the scan's voxels and the model file. One line for each says whether it \
      has changed since. Exit status 4 where one has.

      Example:
        softcord verify sub-01_space-T2w_label-SC_probseg.nii.gz --scan sub-01_T2w.nii.gz
      """)

  @Argument(help: ArgumentHelp("Masks that softcord segment wrote.", valueName: "mask"))
  var masks: [String]

  @Option(help: ArgumentHelp("Scan (default: the one that the sidecar names, beside the mask).", valueName: "image"))
  var scan: String?

  @Option(help: ArgumentHelp("Model file (default: the one that comes with softcord).", valueName: "file"))
  var model: String?

  func validate() throws {
    if scan != nil, masks.count > 1 { throw ValidationError("--scan names one scan, but there are \(masks.count) masks.") }
  }

  func run() throws {
    try forEach(masks) { path in
      let found = try MaskVerification(of: path, scan: scan, model: model ?? ShippedModel.path)
      try Console.result("\(path): mask \(found.mask), scan \(found.scan), model \(found.model)")
      guard found.changed.isEmpty else {
        throw Failure(.changed, "\(path): \(found.changed.joined(separator: ", ")) changed since it was made")
      }
    }
  }
}
