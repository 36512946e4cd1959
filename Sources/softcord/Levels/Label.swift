import ArgumentParser
import Files
import Morphometry
import Pipeline

struct Label: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the discs and vertebral levels beside the cord, with the probability that their numbers are right.",
    discussion: """
      Writes <name>_seg-discs_dseg.nii.gz, one voxel a disc at its edge beside the canal (disc n lies above vertebra n; 50 is the \
      pontomedullary junction), and <name>_seg-levels_dseg.nii.gz, the level of each voxel that is cord, with JSON files that give positions, \
      95 % intervals and probabilities. softcord measure --discs auto takes them. Where the numbers are not sure, nothing is written and \
      the status is 5.

      Examples:
        softcord label sub-01_T2w.nii.gz
        softcord label sub-01_T2star.nii.gz --session sub-01_T2w.nii.gz
      """)

  @Argument(help: ArgumentHelp("Scans: .nii, .nii.gz or .hdr/.img, any contrast and orientation.", valueName: "image"))
  var images: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("Discs to write (one scan only); levels lie beside them.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Folder for the labels.", valueName: "dir"))
  var outputDir: String?

  @Option(help: ArgumentHelp("Mask of the cord on the scan's grid, instead of segmenting it (one scan only).", valueName: "file"))
  var mask: String?

  @Option(help: "Numbers of the labels: sct or totalspineseg.")
  var numbering = LabelNumbering.sct

  @OptionGroup var levels: LevelOptions
  @OptionGroup var model: ModelOptions

  @Option(help: ArgumentHelp("Folder for a picture of each scan with its discs.", valueName: "dir"))
  var qc: String?

  func validate() throws {
    for (option, value) in [("-o", output), ("--mask", mask)] where value != nil && images.count > 1 {
      throw ValidationError("\(option) names one file, but there are \(images.count) scans.")
    }
    if output != nil, outputDir != nil { throw ValidationError("-o and --output-dir exclude each other.") }
    if let output, !output.hasSuffix(".nii"), !output.hasSuffix(".nii.gz") {
      throw ValidationError("'\(output)' must end in .nii or .nii.gz.")
    }
  }

  func run() throws {
    var settings = levels.settings
    settings.numbering = numbering
    let pipeline = try model.pipeline(model.settings)
    for folder in [outputDir, qc].compactMap(\.self) { try Folder.make(folder) }
    try forEach(images) { scan in
      try pipeline.label(
        scan, mask: mask, settings, to: LabelFiles(of: scan, discs: output, folder: outputDir, pictures: qc), observer: WorkView.observer())
    }
  }
}
