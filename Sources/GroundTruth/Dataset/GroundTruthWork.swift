import Datasets
import Derivatives
import Files
import Foundation
import Morphometry
import NIfTI
import Registration
import Volumes

/// One person's way from files to soft masks.
struct GroundTruthWork: Sendable {
  /// What is known of a person after registration.
  struct Prepared: Sendable {
    var preparation: Preparation?
    /// Contrasts that could not be read, with the reason.
    var unread: [String: String] = [:]
    var failure: (any Error)?
  }

  let output: GroundTruthOutput
  let reference: String
  let paper: PaperRecipe
  let observer: WorkObserver

  /// Registers a person, or takes what an earlier run found from the same files.
  func prepare(_ person: GroundTruthInput) -> Prepared {
    struct Stored: Codable {
      var signature: String
      var preparation: Preparation
      var unread: [String: String]
    }
    let path = "\(output.folder)/.work/\(person.name).json"
    let signature = signature(of: person)
    if let data = FileManager.default.contents(atPath: path), let stored = try? JSONDecoder().decode(Stored.self, from: data),
      stored.signature == signature
    {
      return Prepared(preparation: stored.preparation, unread: stored.unread)
    }
    let (scans, unread) = read(person)
    do {
      let known = scans.map(\.scan)
      guard known.count >= 2 else { throw GroundTruthError.tooFewContrasts(reasons: unread) }
      let preparation = try naming(person.name) { try Preparation(known, reference: reference) }
      let stored = Stored(signature: signature, preparation: preparation, unread: unread)
      try AtomicFile.write([UInt8](JSONEncoder().encode(stored)), to: path)
      return Prepared(preparation: preparation, unread: unread)
    } catch {
      return Prepared(unread: unread, failure: located(error, person))
    }
  }

  /// Makes and writes a person's soft masks by the consensus of the contrasts.
  func finish(_ person: GroundTruthInput, _ prepared: Prepared, norms: ContrastNorms) -> GroundTruthReport {
    var report = GroundTruthReport(name: person.name)
    report.rows = prepared.unread.sorted { $0.key < $1.key }.map { .init(contrast: $0.key, used: false, reason: $0.value) }
    guard let preparation = prepared.preparation else {
      report.failure = prepared.failure
      return report
    }
    let examined = norms.examined(preparation)
    let offsets = norms.offsets.sorted { $0.key < $1.key }.map { String(format: "%@ %.4f", $0.key, $0.value) }
    let key = signature(of: person) + "\n\(offsets) \(examined.contrasts.map(\.disagreement))"
    if let rows = finished(person, key) {
      report.rows = rows
      return report
    }
    do {
      guard let recipe = RefinedRecipe(examined, norms: norms) else {
        throw GroundTruthError.nothingAgrees(person: person.name, reasons: Self.reasons(examined))
      }
      let used = examined.contrasts.filter { $0.disagreement == nil }.map(\.name)
      for contrast in examined.contrasts {
        var row = GroundTruthReport.Row(
          contrast: contrast.name, used: contrast.disagreement == nil, reason: contrast.disagreement?.description,
          offset: recipe.offsets[contrast.name], similarity: contrast.similarity, imageDistance: contrast.imageDistance,
          edgeDistance: contrast.edgeDistance, largestShift: contrast.alignment.shifts.map(\.length).max())
        if contrast.disagreement != nil { leftOut(contrast.name, of: person, "\(contrast.disagreement!)") }
        defer { report.rows.append(row) }
        guard row.used, let file = person.contrasts.first(where: { $0.name == contrast.name }) else { continue }
        let header = try NIfTI.header(of: file.image.location)
        let image = try NIfTI.read(file.image.location).volume
        guard let truth = recipe.truth(of: contrast.name, on: image.grid) else { continue }
        row.volume = truth.soft.voxels.reduce(0) { $0 + Double($1) } * image.grid.voxelVolume
        try output.write(
          truth, of: file, header: header, reference: examined.reference, used: used, checksums: checksums(of: person, used: used))
      }
      try GroundTruthPage(person: person, examined: examined, output: output).write()
      try finish(person, key, report.rows)
    } catch {
      report.failure = located(error, person)
    }
    return report
  }

  /// Makes and writes a person's soft masks by the published recipe.
  func paper(_ person: GroundTruthInput) -> GroundTruthReport {
    var report = GroundTruthReport(name: person.name)
    let key = signature(of: person) + "\n\(output.options)"
    if let rows = finished(person, key) {
      report.rows = rows
      return report
    }
    var (scans, unread) = read(person)
    for (index, entry) in scans.enumerated().reversed() where !entry.scan.mask.voxels.contains(where: { $0 > 0 }) {
      unread[entry.scan.name] = "the mask is empty; check that somebody drew it"
      leftOut(entry.scan.name, of: person, "the mask is empty")
      scans.remove(at: index)
    }
    report.rows = unread.sorted { $0.key < $1.key }.map { .init(contrast: $0.key, used: false, reason: $0.value) }
    do {
      guard scans.count >= 2 else { throw GroundTruthError.tooFewContrasts(reasons: unread) }
      guard let index = scans.firstIndex(where: { $0.scan.name == reference }) else {
        throw GroundTruthError.noReference(person: person.name, contrast: reference)
      }
      let used = scans.map(\.scan.name)
      for (truth, entry) in zip(paper(scans.map(\.scan), reference: index), scans) {
        let file = person.contrasts.first { $0.name == truth.name }!
        try output.write(
          truth, of: file, header: entry.header, reference: reference, used: used, checksums: checksums(of: person, used: used))
        let volume = truth.soft.voxels.reduce(0) { $0 + Double($1) } * truth.soft.grid.voxelVolume
        report.rows.append(
          .init(contrast: truth.name, used: true, volume: volume, largestShift: truth.alignment.shifts.map(\.length).max()))
      }
      try GroundTruthPage(person: person, examined: nil, output: output).write()
      try finish(person, key, report.rows)
    } catch {
      report.failure = located(error, person)
    }
    return report
  }

  /// What an earlier run made of the same files with the same options.
  private struct Finished: Codable {
    var key: String
    var rows: [GroundTruthReport.Row]
  }

  private func finishedPath(_ person: GroundTruthInput) -> String { "\(output.folder)/.work/\(person.name)-\(output.method).json" }

  /// Rows of a person whom an earlier run finished; `nil` where something is new or missing.
  private func finished(_ person: GroundTruthInput, _ key: String) -> [GroundTruthReport.Row]? {
    guard let data = FileManager.default.contents(atPath: finishedPath(person)),
      let stored = try? JSONDecoder().decode(Finished.self, from: data), stored.key == key
    else { return nil }
    let whole = stored.rows.filter(\.used).allSatisfy { row in
      guard let contrast = person.contrasts.first(where: { $0.name == row.contrast }),
        let path = try? output.path(contrast, suffix: "probseg")
      else { return false }
      return FileManager.default.fileExists(atPath: path + ".nii.gz")
    }
    return whole ? stored.rows : nil
  }

  private func finish(_ person: GroundTruthInput, _ key: String, _ rows: [GroundTruthReport.Row]) throws {
    try AtomicFile.write([UInt8](JSONEncoder().encode(Finished(key: key, rows: rows))), to: finishedPath(person))
  }

  private func read(_ person: GroundTruthInput) -> (scans: [(scan: ContrastScan, header: NIfTIHeader)], unread: [String: String]) {
    var (scans, unread): ([(ContrastScan, NIfTIHeader)], [String: String]) = ([], [:])
    for contrast in person.contrasts {
      do {
        scans.append(try GroundTruthInput.scan(contrast))
      } catch {
        unread[contrast.name] = "\(error)"
        leftOut(contrast.name, of: person, "\(error)")
      }
    }
    return (scans, unread)
  }

  private func leftOut(_ contrast: String, of person: GroundTruthInput, _ reason: String) {
    observer(.problem("\(person.name): \(contrast) is left out: \(reason)"))
  }

  /// What is wrong with our inputs says where; of what else goes wrong the person is named.
  private func located(_ error: any Error, _ person: GroundTruthInput) -> any Error {
    error is GroundTruthError ? error : LocatedError(person.name, error)
  }

  private static func reasons(_ person: Preparation) -> String {
    person.contrasts.compactMap { contrast in contrast.disagreement.map { "\(contrast.name): \($0)" } }.joined(separator: "; ")
  }

  private func checksums(of person: GroundTruthInput, used: [String]) throws -> [String: String] {
    var result: [String: String] = [:]
    for contrast in person.contrasts where used.contains(contrast.name) {
      result[contrast.image.path] = try Checksum.sha256(ofFile: contrast.image.location)
      guard let mask = contrast.mask else { continue }
      let root = contrast.image.root + "/"
      // A mask that was made lies beside the results.
      let name = [root, output.folder + "/"].first(where: mask.hasPrefix).map { String(mask.dropFirst($0.count)) } ?? mask
      result[name] = try Checksum.sha256(ofFile: mask)
    }
    return result
  }

  /// Names, sizes and times of all that a person's registration depends on.
  private func signature(of person: GroundTruthInput) -> String {
    let files = person.contrasts.flatMap { [$0.image.location, $0.mask ?? "-"] }
    let facts = files.map { path -> String in
      let attributes = try? FileManager.default.attributesOfItem(atPath: realPath(path))
      let time = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      return "\(path) \(attributes?[.size] ?? 0) \(time)"
    }
    return ([DatasetDescription.Program.softcord.version ?? "", output.method, reference] + facts).joined(separator: "\n")
  }
}
