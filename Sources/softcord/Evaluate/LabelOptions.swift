import ArgumentParser
import Evaluation
import Morphometry

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

  /// The labels as the library knows them.
  var files: LabelFiles { LabelFiles(discs: discs, levels: levels, numbering: numbering, vertebrae: vertebrae?.range) }
}
