import Datasets
import Files
import Foundation
import GroundTruth
import NIfTI
import Simulation
import Volumes

/// Writes one scan with its sidecar, and what is true of it.
struct ScanWriter {
  let series: Series
  let cohort: Cohort
  let backdrop: Backdrop?

  /// - Parameters:
  ///   - raw: Folder of the person in the raw data set.
  ///   - truth: Folder of the person in the derivatives.
  ///   - labels: Folder of the person among the masks as raters draw them.
  /// - Throws: ``CohortError/noCord(person:contrast:)`` and errors of the files.
  func write(raw: String, truth: String, labels: String) throws {
    let scan = acquire(series.neck, series.acquisition, settings: cohort.settings.simulation, backdrop: backdrop)
    guard scan.cord.voxels.contains(where: { $0 > 0 }) else {
      throw CohortError.noCord(person: series.person, contrast: series.acquisition.contrast.rawValue)
    }
    let (raw, truth, labels) = (
      "\(raw)/\(series.place)", "\(truth)/\(series.place)", "\(labels)/\(series.place)"
    )
    for folder in [raw, truth] { try Cohort.makeFolder(folder) }
    try AtomicFile.write(sidecar.fileBytes, to: "\(raw)/\(series.name).json")
    if series.name.datatype == "dwi" {
      // The mean of many directions has none.
      try AtomicFile.write(Array("800\n".utf8), to: "\(raw)/\(series.name).bval")
      try AtomicFile.write(Array("0\n0\n0\n".utf8), to: "\(raw)/\(series.name).bvec")
    }
    try NIfTI.write(scan.image.scannerNumbers, to: "\(raw)/\(series.name).nii.gz", as: .int16)

    try put(scan.cord, [.label: "SC"], "probseg", in: truth, "Fraction of each voxel that is spinal cord, integrated exactly")
    try put(scan.canal, [.label: "canal"], "probseg", in: truth, "Fraction of each voxel inside the dura: cord and cerebrospinal fluid")
    if let lesions = scan.lesions {
      try put(lesions, [.label: "lesion"], "probseg", in: truth, "Fraction of each voxel that is lesion of the cord")
    }
    if var hand = series.hand {
      try Cohort.makeFolder(labels)
      let mask = SimulatedRater(of: series.acquisition.contrast, generator: &hand).mask(of: scan.cord, generator: &hand)
      try put(mask, [.label: "SC"], "mask", in: labels, as: .uint8, "Spinal cord as a simulated rater draws it", type: "ROI")
    }
    let landmarks = Landmarks(series: series, grid: scan.cord.grid)
    try put(
      landmarks.discs, [.segmentation: "discs"], "dseg", in: truth, as: .uint8,
      "One voxel for each intervertebral disc, at its posterior edge; value n lies above vertebra n")
    try put(
      landmarks.levels(of: scan.cord), [.segmentation: "levels"], "dseg", in: truth, as: .uint8,
      "Vertebral level, C1 = 1, of voxels that are cord by half or more")
    try CohortTables.write(landmarks.centerline, to: "\(truth)/\(series.name.derivative([.label: "SC"], suffix: "centerline"))")
  }

  /// Writes a derivative with its sidecar.
  private func put(
    _ volume: Volume, _ entities: [Entity: String], _ suffix: String, in folder: String, as storage: StorageType = .float32,
    _ words: String,
    type: String? = nil
  ) throws {
    let path = "\(folder)/\(series.name.derivative(entities, suffix: suffix))"
    var sidecar: [String: JSONValue] = [
      "SpatialReference": "orig", "Description": .text(words), "Sources": [.text("bids:raw:\(series.path).nii.gz")],
    ]
    sidecar["Type"] = type.map { .text($0) }
    let beside = try StagedFile(at: path + ".json", holding: JSONValue.object(sidecar).fileBytes)
    try StagedFile.commit([beside, NIfTI.staged(volume, at: path + ".nii.gz", as: storage).file])
  }

  /// The facts of the scan, named as BIDS names them.
  private var sidecar: JSONValue {
    get throws {
      var facts = try JSONDecoder().decode([String: JSONValue].self, from: JSONEncoder().encode(series.acquisition.facts))
      // A steady state has no other repetition, and the validator asks for it by this name.
      if series.name.suffix == "MTS" { facts["RepetitionTimeExcitation"] = facts.removeValue(forKey: "RepetitionTime") }
      let own: [String: JSONValue] = [
        "SeriesDescription": .text(series.acquisition.contrast.rawValue), "Simulated": true,
        "GeneratedBy": [["Name": .text(cohort.program.name), "Version": cohort.program.version.map { .text($0) } ?? .null]],
      ]
      return .object(facts.merging(own) { $1 })
    }
  }
}

extension Volume {
  /// The image in whole numbers as scanners store them: 12 bits hold all but the brightest ten thousandth.
  var scannerNumbers: Volume {
    let some = stride(from: 0, to: voxels.count, by: max(1, voxels.count / 200_000)).map { voxels[$0] }.sorted()
    let bright = some[some.count - 1 - some.count / 10_000]
    return bright > 0 ? map { $0 * (4000 / bright) } : self
  }
}
