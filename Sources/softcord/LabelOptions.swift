import ArgumentParser
import Evaluation
import Foundation
import Morphometry
import NIfTI

/// Which levels are told apart, and by what.
struct LabelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Labels of discs: a file, a name with {}, auto, or a folder that holds those of every scan.", valueName: "path"))
  var discs: String?

  @Option(help: ArgumentHelp("The same for images whose voxels carry the number of their vertebra.", valueName: "path"))
  var levels: String?

  @Option(help: ArgumentHelp("Numbering of the labels: sct or totalspineseg (default: recognized from the labels).", valueName: "name"))
  var numbering: LabelNumbering?

  @Option(help: ArgumentHelp("Vertebrae taken as one: 2:3, or C2:C3 (default: each level alone).", valueName: "a:b"))
  var vertebrae: LevelRange?

  func validate() throws {
    if discs != nil && levels != nil { throw ValidationError("--discs and --levels exclude each other.") }
  }

  /// Labels that belong to a mask.
  ///
  /// - Parameter mask: Path.
  /// - Returns: `nil` where none were asked for, or auto or a folder has none.
  func labels(of mask: String) throws -> LevelLabels? {
    let companions = MeasureCompanions(mask: mask)
    if let discs {
      guard let path = companions.find(discs, .discs) else { return nil }
      return .discs(try NIfTI.read(path).volume, numbering: numbering)
    }
    guard let levels, let path = companions.find(levels, .levels) else { return nil }
    return .levels(try NIfTI.read(path).volume, numbering: numbering)
  }

  var isGiven: Bool { discs != nil || levels != nil }
}
