import ArgumentParser
import Datasets
import Foundation
import Inference
import NIfTI
import Reports

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

  @Flag(help: "Also write a map of where the model does not know, *_desc-uncertainty_map.nii.gz: takes four times as long.")
  var uncertainty = false

  @Flag(help: "Keep only the largest connected piece (above 0.1).")
  var largest = false

  @Option(help: ArgumentHelp("Folder for a picture of each scan with its mask.", valueName: "dir"))
  var qc: String?

  @Flag(help: "Say where the time went.")
  var timings = false

  func validate() throws {
    if output != nil, images.count > 1 {
      throw ValidationError("-o names one file, but there are \(images.count) scans; use --output-dir.")
    }
    if output != nil, outputDir != nil { throw ValidationError("-o and --output-dir exclude each other.") }
    if let output, !output.hasSuffix(".nii"), !output.hasSuffix(".nii.gz") {
      throw ValidationError("'\(output)' must end in .nii or .nii.gz.")
    }
    try checkTargets()
    if let binarize, !(binarize >= 0 && binarize < 1) { throw ValidationError("--binarize takes a fraction from 0 to below 1.") }
  }

  /// Every file that would be written is written once, and no input is overwritten.
  private func checkTargets() throws {
    func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path }
    let targets =
      images.map(destination).map(real) + (uncertainty ? images.map { real(map(of: $0)) } : [])
      + (qc == nil ? [] : images.map { real(picture(of: $0)) })
    if let twice = Dictionary(grouping: targets, by: { $0 }).first(where: { $1.count > 1 })?.key {
      throw ValidationError("\(twice) would be written for several scans; segment them into different folders.")
    }
    // A sidecar lies beside its mask under the same stem, and so may the scan's own.
    let stems = Set(images.map { real(OutputName.withoutExtension($0)) })
    if let same = targets.first(where: { stems.contains(OutputName.withoutExtension($0)) }) {
      throw ValidationError("\(same) would replace a scan or its sidecar; choose another name.")
    }
  }

  private func picture(of path: String) -> String { (qc ?? "") + "/" + OutputName.stem(of: path) + ".png" }

  func run() throws {
    let started = processorSeconds()
    let clock = ContinuousClock()
    var loaded: (segmenter: Segmenter, identity: (name: String, sha256: String))!
    let loading = try clock.measure { loaded = try model.load() }
    let (segmenter, identity) = loaded!
    segmenter.findsUncertainty = uncertainty
    if timings { Console.note(String(format: "seconds: starting %.2f, loading the model %.2f", started, loading / .seconds(1))) }
    let writer = MaskWriter(
      model: identity, binarize: binarize,
      options: (volume.map { ["volume \($0)"] } ?? []) + (largest ? ["largest component above 0.1"] : []) + model.summary(segmenter))
    for folder in [outputDir, qc].compactMap({ $0 }) { try makeFolder(folder) }
    try forEach(images) { path in
      var image: NIfTIImage!
      let reading = try clock.measure { image = try NIfTI.read(path, volume: volume) }
      for note in image.notes { Console.note("\(path): \(note)") }
      var bar = ProgressBar((path as NSString).lastPathComponent)
      let segmentation = try segmenter.segment(image.volume) { bar.update($0) }
      var mask = segmentation.mask
      if largest { mask = mask.keepingLargestComponent(above: 0.1) }
      let target = destination(of: path)
      if qc != nil { try Overlay(title: OutputName.stem(of: path)).picture(of: image.volume, mask: mask).write(to: picture(of: path)) }
      let writing = try clock.measure {
        let notes = try writer.write(mask, of: image, source: path, to: target, segmentation: segmentation, map: map(of: path))
        for note in notes { Console.note("\(path): \(note)") }
      }
      let cut = segmentation.leaves.filter { !$0.isEnd }.map(\.rawValue)
      if !cut.isEmpty { Console.note("\(path): the field of view cuts the cord at its \(cut.joined(separator: " and ")) side") }
      bar.finish("→ \(target)")
      if timings { Console.note(Self.line(segmentation, reading: reading, writing: writing)) }
    }
  }

  /// Where the time went, in one line.
  private static func line(_ segmentation: Segmentation, reading: Duration, writing: Duration) -> String {
    let times = segmentation.timings
    let parts =
      [
        ("reading", reading / .seconds(1)), ("localizing", times.localizing), ("network", times.network), ("preparing", times.preparing),
        ("resampling", times.resampling), ("writing", writing / .seconds(1)),
      ] + (segmentation.uncertainty == nil ? [] : [("uncertainty", times.uncertainty)])
    return "seconds: " + parts.map { "\($0.0) \(String(format: "%.2f", $0.1))" }.joined(separator: ", ")
      + "; \(segmentation.windows) windows"
  }

  private func map(of path: String) -> String {
    if let output { return OutputName.withoutExtension(output) + "_uncertainty.nii.gz" }
    let folder = outputDir ?? (path as NSString).deletingLastPathComponent
    return (folder as NSString).appendingPathComponent(OutputName(of: path).uncertainty() + ".nii.gz")
  }

  private func destination(of path: String) -> String {
    if let output { return output }
    let folder = outputDir ?? (path as NSString).deletingLastPathComponent
    return (folder as NSString).appendingPathComponent(OutputName(of: path).mask(threshold: binarize) + ".nii.gz")
  }
}

/// Processor time that this process took so far: at the first line of the program, what the system and the libraries needed to start it.
private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Makes a folder and those above it.
func makeFolder(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw Failure(.cannotWrite, "\(path): the folder cannot be made: \(error.localizedDescription)")
  }
}
