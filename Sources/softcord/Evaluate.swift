import ArgumentParser
import Foundation
import Morphometry
import NIfTI
import Reports

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare masks with reference masks of the same scans.",
    discussion: "Example: softcord evaluate predicted.nii.gz manual.nii.gz")

  @Argument(help: ArgumentHelp("Mask to judge, soft or binary.", valueName: "prediction"))
  var prediction: String

  @Argument(help: ArgumentHelp("Reference mask on the same grid.", valueName: "reference"))
  var reference: String

  @Flag(help: "The reference covers only some slices: leave out those it leaves empty.")
  var partial = false

  @Option(name: .shortAndLong, help: ArgumentHelp("Table to write (default: standard output).", valueName: "file"))
  var output: String?

  @Option(help: "tsv, csv, json or text (default: by the ending of -o, else text on a terminal and tsv in a pipe).")
  var format: TableFormat?

  func run() throws {
    let (predicted, known) = try (NIfTI.read(prediction).volume, NIfTI.read(reference).volume)
    guard predicted.grid.matches(known.grid, tolerance: 0.1) else {
      throw Failure(.data, "\(prediction): its grid differs from that of \(reference); masks of one scan are compared voxel by voxel")
    }
    for (path, mask) in [(prediction, predicted), (reference, known)] where !mask.voxels.allSatisfy({ (-0.001...1.001).contains($0) }) {
      throw Failure(.data, "\(path): values outside 0 to 1; expected a mask whose values are shares of cord")
    }
    let agreement = Agreement(of: predicted, with: known, partial: partial)
    var table = Table(columns: [
      .init("prediction", "Mask that is judged"), .init("reference", "Mask it is compared with"),
      .init("dice", "Overlap of both masks cut at 0.5", decimals: 4), .init("soft_dice", "2·Σpg/(Σp²+Σg²)", decimals: 4),
      .init("volume_error_percent", "Volume of the soft mask relative to the reference's, minus one, percent", decimals: 1),
    ])
    table.append([
      .text(prediction), .text(reference), .number(agreement.dice), .number(agreement.softDice), .number(agreement.volumeError * 100),
    ])
    try table.deliver(to: output, as: format)
  }
}

extension Table {
  /// Writes the table to a file, or shows it.
  func deliver(to output: String?, as format: TableFormat?) throws {
    if let output {
      try write(to: output, as: format ?? TableFormat(rawValue: (output as NSString).pathExtension) ?? .tsv)
    } else {
      try Console.result(formatted(as: format ?? (isatty(STDOUT_FILENO) == 1 ? .text : .tsv)))
    }
  }
}
