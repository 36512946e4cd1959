import Datasets
import Derivatives
import Files
import Foundation
import Measuring
import Morphometry
import NIfTI
import Pipeline
import Reports
import Volumes

/// One scan's way from its file to mask, measures, picture and page.
struct ScanWork {
  let request: BatchRequest
  let plan: ScanPlan
  let identity: RunIdentity

  private var place: ScanPlace { plan.place }

  /// A scan with its mask.
  private struct Segmented {
    let image: NIfTIImage
    let mask: Volume
    var confidence: Double?
    var notes: [String] = []
  }

  /// Does everything, and writes the record; what was made of an earlier state of the scan goes where it fails now.
  ///
  /// - Parameter inputs: The files with what they hold.
  /// - Throws: `FileError` where the record itself cannot be written.
  func run(with pipeline: SegmentationPipeline, inputs: [ScanRecord.Input]) throws -> ScanRecord {
    var record = ScanRecord(name: place.name, scan: place.scan.path, settings: identity, inputs: inputs, mask: place.mask)
    do {
      for file in place.outputs + [place.record] { try Folder.make(place.path(file).deletingLastPathComponent) }
      // Labels of an earlier state of the scan say nothing of this one.
      for output in place.levelOutputs { try? FileManager.default.removeItem(atPath: place.path(output)) }
      try work(with: pipeline, &record)
      try list(&record)
    } catch {
      for output in place.outputs + place.levelOutputs { try? FileManager.default.removeItem(atPath: place.path(output)) }
      record = ScanRecord(name: place.name, scan: place.scan.path, settings: identity, inputs: inputs, mask: place.mask)
      record.failure = .init(reason: FailureReason(of: error), message: told("\(error)"))
    }
    try AtomicFile.write(record.bytes, to: place.path(place.record))
    return record
  }

  /// Makes picture and page anew from a mask that is there.
  func report(_ record: ScanRecord) throws -> ScanRecord {
    let image = try NIfTI.scan(place.scan.location)
    let mask = try NIfTI.mask(place.path(place.mask), of: place.scan.path, on: image.volume.grid).volume
    var record = record
    try measure(Segmented(image: image, mask: mask, confidence: record.quality?.confidence, notes: record.notes), with: nil, &record)
    try list(&record)
    try AtomicFile.write(record.bytes, to: place.path(place.record))
    return record
  }

  /// Notes what was written.
  private func list(_ record: inout ScanRecord) throws {
    let found = place.levelOutputs.filter { FileManager.default.fileExists(atPath: place.path($0)) }
    for output in place.outputs + found { record.outputs[output] = try Checksum.sha256(ofFile: place.path(output)) }
  }

  private func work(with pipeline: SegmentationPipeline, _ record: inout ScanRecord) throws {
    let path = place.scan.location
    let header = try NIfTI.header(of: path)
    if place.scan.datatype == "anat", header.volumes > 1 { throw ScanFault.severalVolumes(path: path, count: header.volumes) }
    try measure(try plan.corrected.map(taken) ?? segmented(by: pipeline), with: pipeline, &record)
  }

  private func segmented(by pipeline: SegmentationPipeline) throws -> Segmented {
    let files = SegmentationFiles(mask: place.path(place.mask))
    let done = try pipeline.segment(place.scan.location, to: files, source: place.uri)
    return Segmented(
      image: done.image, mask: done.mask, confidence: Double(done.segmentation.confidence),
      notes: done.image.notes + done.segmentation.notes)
  }

  /// The mask that a person corrected, on the scan's own header.
  private func taken(_ corrected: (path: String, uri: String)) throws -> Segmented {
    let image = try NIfTI.scan(place.scan.location)
    let given = try NIfTI.mask(corrected.path, of: place.scan.location, on: image.volume.grid)
    let sidecar: JSONValue = [
      "Description": "Spinal cord: fraction of each voxel that is cord, 0 to 1, as a person corrected it", "SpatialReference": "orig",
      "Sources": [.text(place.uri), .text(corrected.uri)],
      "GeneratedBy": [
        ["Name": .text(DatasetDescription.Program.softcord.name), "Version": .text(DatasetDescription.Program.softcord.version ?? "")]
      ],
    ]
    let beside = try StagedFile(at: place.path(place.sidecar), holding: sidecar.fileBytes)
    let mask = try NIfTI.staged(given.volume, at: place.path(place.mask), header: image.header)
    try StagedFile.commit([beside, mask.file])
    return Segmented(image: image, mask: given.volume, notes: image.notes + given.notes)
  }

  /// Measures, and writes the table, the picture and the page.
  private func measure(_ scan: Segmented, with pipeline: SegmentationPipeline?, _ record: inout ScanRecord) throws {
    var notes = scan.notes
    let cord = try self.cord(of: scan, with: pipeline, &notes, &record)
    let rows = ScanMeasures(of: cord, vertebrae: request.vertebrae)
    try rows.table.write(to: place.path(place.measures), as: .tsv)
    let quality = ScanQuality(of: cord, image: scan.image.volume, mask: scan.mask, confidence: scan.confidence, levels: rows.levels)
    record.isCorrected = plan.corrected != nil
    record.quality = quality
    record.notes = (notes + cord.measurements.notes).map(told).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    var overlay = Overlay(title: place.name)
    overlay.levels = cord.levelMarks
    try overlay.picture(of: scan.image.volume, mask: scan.mask).write(to: place.path(place.picture))
    try ScanPage(record: record, cord: cord, levels: rows.levels).write(
      image: scan.image.volume, mask: scan.mask, to: place.path(place.page))
  }

  /// The measured cord, with levels where labels tell them, else where the scan does; labels that cannot be used cost the levels alone, which a
  /// note says.
  private func cord(
    of scan: Segmented, with pipeline: SegmentationPipeline?, _ notes: inout [String], _ record: inout ScanRecord
  ) throws -> MeasuredCord {
    var measuring = MeasureRequest()
    do {
      if let levels = plan.levels {
        if levels.kind == .discs { measuring.discs = levels.path } else { measuring.levels = levels.path }
        (record.levels, record.levelsLentBy) = (levels.kind, levels.lentBy)
        if let lender = levels.lentBy { notes.append("levels are those of \(lender), another scan of the session, by scanner coordinates") }
      } else if try foundLevels(in: scan, with: pipeline, &notes, &record) {
        (measuring.discs, record.levels) = (place.labels.discs, .discs)
      }
      return try MeasuredCord(of: scan.mask, named: place.mask, measuring)
    } catch {
      (record.levels, record.levelsLentBy) = (nil, nil)
      notes.append("no levels: \(told("\(error)"))")
      return try MeasuredCord(of: scan.mask, named: place.mask, MeasureRequest())
    }
  }

  /// Finds the levels in the scan itself, else in another scan of its session, and writes them; without a pipeline, those that are there.
  private func foundLevels(
    in scan: Segmented, with pipeline: SegmentationPipeline?, _ notes: inout [String], _ record: inout ScanRecord
  ) throws -> Bool {
    let files = place.labels
    guard let pipeline, pipeline.segmenter.model.levels != nil else { return FileManager.default.fileExists(atPath: files.discs) }
    var settings = LevelSettings()
    settings.session = plan.lender?.location
    let found = try pipeline.segmenter.levels(in: scan.image.volume, mask: scan.mask, settings)
    try pipeline.write(found, to: files, of: scan.image, source: place.uri, mask: scan.mask)
    record.levelsLentBy = found.lender.map { OutputName.stem(of: $0) }
    notes += found.notes
    return true
  }

  /// A message without the folders of this machine, so that it is the same wherever the data set lies.
  private func told(_ message: String) -> String {
    [request.input, request.output].filter { !$0.isEmpty }.reduce(message) { $0.replacing($1.hasSuffix("/") ? $1 : $1 + "/", with: "") }
  }
}
