import Datasets
import Foundation
import NIfTI
import Reports
import Simulation
import Volumes

/// Writes one person's scans and truth.
struct PersonWriter {
  let cohort: Cohort
  let person: Int

  private var name: String { Cohort.name(of: person) }

  /// Writes everything into a hidden folder, then moves it to its place: the truth first, so that scans are never there without it.
  ///
  /// - Parameter scanned: Called after each scan.
  func write(scanned: () -> Void) throws {
    let hidden = "\(cohort.folder)/.\(name).part"
    try? FileManager.default.removeItem(atPath: hidden)
    do {
      let neck = cohort.neck(of: person)
      var series: [Series] = []
      for contrast in cohort.settings.contrasts {
        try series.append(write(contrast, of: neck, to: hidden))
        scanned()
      }
      try AtomicFile.write(Series.transforms(between: series).fileBytes, to: "\(hidden)/truth/\(name)_transforms.json")
      try move("\(hidden)/truth", to: "\(cohort.truth)/\(name)")
      try move("\(hidden)/raw", to: "\(cohort.folder)/\(name)")
      try? FileManager.default.removeItem(atPath: hidden)
    } catch {
      try? FileManager.default.removeItem(atPath: hidden)
      throw error
    }
  }

  private func write(_ contrast: Contrast, of neck: Neck, to folder: String) throws -> Series {
    let series = Series(contrast: contrast, person: name, neck: neck, acquisition: cohort.acquisition(of: neck, person: person, contrast))
    let scan = acquire(neck, series.acquisition)
    let occupied = scan.cord.voxels.reduce(0) { $0 + Double($1) }
    guard occupied > 0 else { throw CohortError.noCord(person: name, contrast: contrast.rawValue) }

    let (raw, truth) = ("\(folder)/raw/\(series.datatype)", "\(folder)/truth/\(series.datatype)")
    for place in [raw, truth] { try Cohort.makeFolder(place) }
    try AtomicFile.write(JSONValue.object(series.sidecar(program: cohort.program)).fileBytes, to: "\(raw)/\(series.stem).json")
    try NIfTI.write(scan.image.scannerNumbers, to: "\(raw)/\(series.stem).nii.gz", as: .int16)

    let source = "bids:raw:\(name)/\(series.datatype)/\(series.stem).nii.gz"
    func put(_ volume: Volume, _ entities: [Entity: String], _ suffix: String, as type: StorageType = .float32, _ words: String) throws {
      let path = "\(truth)/\(series.bidsName.derivative(entities, suffix: suffix))"
      try AtomicFile.write(
        (["SpatialReference": "orig", "Description": .text(words), "Sources": [.text(source)]] as JSONValue).fileBytes, to: path + ".json")
      try NIfTI.write(volume, to: path + ".nii.gz", as: type)
    }
    try put(scan.cord, [.label: "SC"], "probseg", "Fraction of each voxel that is spinal cord, integrated exactly")
    try put(scan.canal, [.label: "canal"], "probseg", "Fraction of each voxel inside the dura: cord and cerebrospinal fluid")
    let landmarks = Landmarks(of: neck, series: series, grid: scan.cord.grid)
    try put(
      landmarks.discs, [.segmentation: "discs"], "dseg", as: .uint8,
      "One voxel for each intervertebral disc, at its posterior edge; value n lies above vertebra n")
    try put(
      landmarks.levels(of: scan.cord), [.segmentation: "levels"], "dseg", as: .uint8,
      "Vertebral level of voxels that are cord by half or more")
    let centerline = "\(truth)/\(series.bidsName.derivative([.label: "SC"], suffix: "centerline"))"
    try CohortTables.write(landmarks.centerline, to: centerline)
    return series
  }

  /// A picture of all scans, from the files.
  func writePreview() throws {
    let path = "\(cohort.truth)/figures/\(name).png"
    guard !FileManager.default.fileExists(atPath: path) else { return }
    try Cohort.makeFolder(cohort.truth + "/figures")
    let neck = cohort.neck(of: person)
    let scans = try cohort.settings.contrasts.map { contrast -> ContactSheet.Scan in
      let series = Series(contrast: contrast, person: name, neck: neck, acquisition: cohort.acquisition(of: neck, person: person, contrast))
      let mask = series.bidsName.derivative([.label: "SC"], suffix: "probseg")
      return ContactSheet.Scan(
        name: contrast.rawValue, image: try NIfTI.read("\(cohort.folder)/\(name)/\(series.datatype)/\(series.stem).nii.gz").volume,
        mask: try NIfTI.read("\(cohort.truth)/\(name)/\(series.datatype)/\(mask).nii.gz").volume,
        // The middle of C4 lies in every field of view of the protocol.
        focus: series.world(ofPerson: (neck.discPosition(4) + neck.discPosition(5)) / 2))
    }
    try ContactSheet(title: name).picture(of: scans).write(to: path)
  }

  private func move(_ source: String, to target: String) throws(DatasetError) {
    do {
      // Truth without scans is what a killed run left behind.
      if FileManager.default.fileExists(atPath: target) { try FileManager.default.removeItem(atPath: target) }
      try FileManager.default.moveItem(atPath: source, toPath: target)
    } catch {
      throw .unwritable(path: target, reason: error.localizedDescription)
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
