import Datasets
import Simulation
import Volumes

/// One scan of one person: what it is called and how the person lies in it.
struct Series {
  let contrast: Contrast
  /// `sub-001`.
  let person: String
  let neck: Neck
  let acquisition: Acquisition

  /// Name in the raw data set.
  var bidsName: BIDSName {
    let stem = contrast == .random ? "\(person)_acq-random_T1w" : "\(person)_\(contrast.rawValue)"
    return BIDSName(stem)!
  }

  var stem: String { bidsName.description }
  var datatype: String { bidsName.datatype }

  /// Where a point of the person is seen.
  ///
  /// - Parameter point: World mm of the neck in its reference position.
  func world(ofPerson point: SIMD3<Double>) -> SIMD3<Double> { point }

  /// Which point of the person is seen at a place.
  func person(atWorld point: SIMD3<Double>) -> SIMD3<Double> { point }

  func sidecar(program: DatasetDescription.Program) -> [String: JSONValue] {
    [
      "Contrast": .text(contrast.rawValue), "Simulated": true,
      "GeneratedBy": [["Name": .text(program.name), "Version": program.version.map { .text($0) } ?? .null]],
    ]
  }

  /// How the person moved: maps of world millimeters between all pairs of scans.
  static func transforms(between series: [Series]) -> JSONValue {
    [:]
  }
}
