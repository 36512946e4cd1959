import ArgumentParser
import Files
import Foundation
import Pipeline

struct Segment: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Segment the spinal cord: scans in, soft masks out.",
    discussion: """
      Each mask is float32 in 0…1, the fraction of each voxel that is cord, on exactly the scan's grid, with a JSON sidecar beside it. \
      Without -o or --output-dir it is written beside the scan as <name>_label-SC_probseg.nii.gz (BIDS names become BIDS derivatives).

      Examples:
        softcord segment scan.nii.gz
        softcord segment sub-*/anat/*_T2w.nii.gz --output-dir derivatives --qc qc
      """)

  @Argument(help: ArgumentHelp("Scans: .nii, .nii.gz or .hdr/.img, any contrast and orientation.", valueName: "image"))
  var images: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("Mask to write (one scan only).", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Folder for the masks.", valueName: "dir"))
  var outputDir: String?

  @OptionGroup var model: ModelOptions

  @Option(help: ArgumentHelp("Write a binary mask of the voxels above this fraction instead of the soft one.", valueName: "fraction"))
  var binarize: Float?

  @Option(help: ArgumentHelp("Which volume of a 4D scan, from 0 (default: the mean over all).", valueName: "index"))
  var volume: Int?

  @Flag(help: "Also write a map of the model's uncertainty, *_desc-uncertainty_map.nii.gz; takes four times as long.")
  var uncertainty = false

  @Flag(help: "Also write the soft mask of the spinal canal, *_label-canal_probseg.nii.gz; the cord's mask stays the same.")
  var canal = false

  @Flag(help: "Keep only the largest connected piece (above 0.1).")
  var largest = false

  @Option(help: ArgumentHelp("Folder for a picture of each scan with its mask.", valueName: "dir"))
  var qc: String?

  @Flag(help: "Print the time of each part.")
  var timings = false

  func validate() throws {
    if output != nil, images.count > 1 {
      throw ValidationError("-o names one file, but there are \(images.count) scans; use --output-dir.")
    }
    if output != nil, outputDir != nil { throw ValidationError("-o and --output-dir exclude each other.") }
    if let output, !output.hasSuffix(".nii"), !output.hasSuffix(".nii.gz") {
      throw ValidationError("'\(output)' must end in .nii or .nii.gz.")
    }
    if let binarize, !(binarize >= 0 && binarize < 1) { throw ValidationError("--binarize takes a fraction from 0 to below 1.") }
    do { try SegmentationFiles.check(images.map(files), of: images) } catch { throw ValidationError("\(error)") }
  }

  private var settings: SegmentationSettings {
    var settings = model.settings
    (settings.binarize, settings.volume, settings.keepsLargest, settings.findsUncertainty) = (binarize, volume, largest, uncertainty)
    settings.findsCanal = canal
    return settings
  }

  private func files(of scan: String) -> SegmentationFiles {
    SegmentationFiles(of: scan, mask: output, folder: outputDir, pictures: qc, settings: settings)
  }

  func run() throws {
    let (started, start) = (processorSeconds(), ContinuousClock.now)
    let pipeline = try model.pipeline(settings)
    if timings {
      Console.note(
        String(format: "seconds: starting %.2f, loading the model %.2f", started, (ContinuousClock.now - start) / .seconds(1)))
    }
    for folder in [outputDir, qc].compactMap(\.self) { try Folder.make(folder) }
    try forEach(images) { scan in
      let done = try pipeline.segment(scan, to: files(of: scan), observer: WorkView.observer())
      if timings { Console.note(done.timings) }
    }
  }
}

/// Processor time that this process took so far: at the first line of the program, what the system and the libraries needed to start it.
private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
