import ArgumentParser
import Measuring
import Morphometry

/// A closed range of slices written `a:b`.
struct SliceRange: ExpressibleByArgument {
  let range: ClosedRange<Int>

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard let first = parts.first ?? nil, let last = parts.last ?? nil, parts.count <= 2, first >= 0, first <= last else { return nil }
    range = first...last
  }
}

/// A closed range of vertebrae written `2:3` or `C2:T1`.
struct LevelRange: ExpressibleByArgument {
  let range: ClosedRange<Int>

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { LabelNumbering.level(named: String($0)) }
    guard let first = parts.first ?? nil, let last = parts.last ?? nil, parts.count <= 2, first <= last else { return nil }
    range = first...last
  }
}

extension MeasureRequest.Unit: ExpressibleByArgument {}

/// Which part of the cord is measured, and how it is divided into rows.
struct PlaceOptions: ParsableArguments {
  @Option(help: "One row per slice, per vertebral level, or one for all that is asked for.")
  var per = MeasureRequest.Unit.slice

  @Option(help: ArgumentHelp("Labels of discs: voxels, or whole discs as TotalSpineSeg makes them.", valueName: "file"))
  var discs: String?

  @Option(help: ArgumentHelp("Image whose voxels carry the number of their vertebra.", valueName: "file"))
  var levels: String?

  @Option(help: ArgumentHelp("Numbering of the labels: sct or totalspineseg (default: recognized from the labels).", valueName: "name"))
  var numbering: LabelNumbering?

  @Option(help: ArgumentHelp("Vertebrae to measure: 2:3, or C2:C3.", valueName: "a:b"))
  var vertebrae: LevelRange?

  @Option(help: ArgumentHelp("Slices to measure, first and last, as they lie in the file.", valueName: "a:b"))
  var slices: SliceRange?

  @Option(help: ArgumentHelp("Label of the pontomedullary junction: adds the distance from it.", valueName: "file"))
  var pmj: String?

  @Option(help: ArgumentHelp("Middle of what is measured, along the cord from the junction.", valueName: "mm"))
  var distance: Double?

  @Option(help: ArgumentHelp("Length of what is measured around that distance (default: 20).", valueName: "mm"))
  var extent: Double?

  /// The place as the library knows it.
  var request: MeasureRequest {
    var request = MeasureRequest()
    (request.per, request.discs, request.levels, request.numbering) = (per, discs, levels, numbering)
    (request.vertebrae, request.slices, request.junction) = (vertebrae?.range, slices?.range, pmj)
    (request.distance, request.extent) = (distance, extent ?? request.extent)
    return request
  }

  func validate() throws {
    if discs != nil && levels != nil { throw ValidationError("--discs and --levels exclude each other.") }
    if discs == nil && levels == nil {
      if per == .level { throw ValidationError("--per level needs --discs or --levels.") }
      if vertebrae != nil { throw ValidationError("--vertebrae needs --discs or --levels.") }
      if numbering != nil { throw ValidationError("--numbering needs --discs or --levels.") }
    }
    if let distance {
      if pmj == nil { throw ValidationError("--distance needs --pmj.") }
      if !(0...1000).contains(distance) { throw ValidationError("--distance is in mm, 0 to 1000.") }
    }
    if let extent {
      if distance == nil { throw ValidationError("--extent needs --distance.") }
      if !(extent > 0 && extent <= 1000) { throw ValidationError("--extent is in mm, above 0 and up to 1000.") }
    }
  }
}
