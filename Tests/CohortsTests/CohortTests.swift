import Datasets
import Foundation
import Morphometry
import NIfTI
import Simulation
import Testing
import Volumes

@testable import Cohorts

private let program = DatasetDescription.Program(name: "softcord", version: "test")

/// A folder that goes with the test.
private func withFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = NSTemporaryDirectory() + "cohorts-" + UUID().uuidString
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// Content of every file, by its path.
private func files(in folder: String) throws -> [String: Data] {
  var found: [String: Data] = [:]
  for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
    let full = "\(folder)/\(path)"
    let isFile = try FileManager.default.attributesOfItem(atPath: full)[.type] as? FileAttributeType == .typeRegular
    if isFile { found[path] = try Data(contentsOf: URL(fileURLWithPath: full)) }
  }
  return found
}

/// The smallest scan of the protocol.
private let small = {
  var settings = CohortSettings(seed: 3, contrasts: [.dwi])
  settings.setPathology(.lesion)
  return settings
}()

@Suite("Simulated data sets")
struct CohortTests {
  @Test("The same bytes, whether made one by one, together, or in two goes")
  func sameBytes() throws {
    try withFolder { folder in
      let (alone, together) = (
        Cohort(folder: folder + "/a", settings: small, program: program), Cohort(folder: folder + "/b", settings: small, program: program)
      )
      try alone.write(people: 3)
      try together.write(people: 2, jobs: 3)
      // As a run that was ended leaves it: truth without scans, and a part.
      try FileManager.default.removeItem(atPath: folder + "/b/sub-002")
      try FileManager.default.createDirectory(atPath: folder + "/b/.sub-002.part/raw/dwi", withIntermediateDirectories: true)
      try together.write(people: 3, jobs: 2)
      let (a, b) = try (files(in: folder + "/a"), files(in: folder + "/b"))
      #expect(a.keys.sorted() == b.keys.sorted())
      for (path, content) in a { #expect(b[path] == content, "\(path)") }
      #expect(a.keys.count { $0.hasSuffix("label-lesion_probseg.nii.gz") } == 3)
    }
  }

  @Test("A field of view around the cord shows the same cord in fewer voxels, and raters draw nearly what is there")
  func cropAndRaters() throws {
    try withFolder { folder in
      var settings = CohortSettings(seed: 3, contrasts: [.dwi])
      let whole = Cohort(folder: folder + "/whole", settings: settings, program: program)
      settings.crop = .init(side: 64, levels: [2, 4])
      settings.raters = true
      let part = Cohort(folder: folder + "/part", settings: settings, program: program)
      let neck = part.neck(of: 1)
      let (all, some) = (
        whole.acquisition(of: neck, person: 1, .dwi).grid, part.acquisition(of: neck, person: 1, .dwi).grid
      )
      #expect(some.shape.x * some.shape.y * some.shape.z < all.shape.x * all.shape.y * all.shape.z / 2)
      // Both ends of C2 to C4 are inside.
      for disc in [2, 5] {
        let voxel = some.affine.inverse(neck.discPosition(disc))
        #expect((0..<3).allSatisfy { voxel[$0] > 0 && voxel[$0] < Double(some.shape[$0] - 1) })
      }
      try part.write(people: 1)
      let name = "sub-001/dwi/sub-001_rec-average_space-dwi_label-SC"
      let truth = try NIfTI.read("\(part.truth)/\(name)_probseg.nii.gz").volume
      let drawn = try NIfTI.read("\(part.labels)/\(name)_mask.nii.gz").volume
      #expect(drawn.voxels.allSatisfy { $0 == 0 || $0 == 1 })
      #expect(Agreement(of: drawn, with: truth).dice > Self.raterDice)
      #expect(Agreement(of: drawn, with: truth).dice < 1)
    }
  }

  /// Raters stray by a quarter of a millimeter along an outline of 31 mm around 80 mm²: about a tenth of the area.
  private static let raterDice = 0.85

  @Test("A data set of other settings, or of something else, is left alone")
  func refusals() throws {
    try withFolder { folder in
      _ = try Cohort(folder: folder, settings: small, program: program).begin()
      var other = small
      other.seed = 4
      #expect(throws: CohortError.otherSettings(path: folder, differences: ["settings.seed: 3 there, 4 asked for"])) {
        try Cohort(folder: folder, settings: other, program: program).write(people: 1)
      }
      try FileManager.default.removeItem(atPath: folder + "/code/simulation.json")
      #expect(throws: CohortError.notEmpty(path: folder)) { try Cohort(folder: folder, settings: small, program: program).write(people: 1) }
    }
  }

  @Test("A data set that is older than a setting goes on where that setting is the standard one")
  func newSettings() throws {
    try withFolder { folder in
      _ = try Cohort(folder: folder, settings: small, program: program).begin()
      let path = folder + "/code/simulation.json"
      let written = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
      func older(_ value: Any) -> Any {
        (value as? [String: Any])?.filter { $0.key != "sequence" }.mapValues(older) ?? value
      }
      let record = try JSONSerialization.data(withJSONObject: older(written))
      try record.write(to: URL(fileURLWithPath: path))
      #expect(!String(decoding: record, as: UTF8.self).contains("flipAngle"))
      _ = try Cohort(folder: folder, settings: small, program: program).begin()
      try record.write(to: URL(fileURLWithPath: path))
      var other = small
      other.simulation.protocols["T2w"]!.sequence.echoTime = 0.5
      let difference = "settings.simulation.protocols.T2w.sequence.echoTime: 1 there, 0.5 asked for"
      #expect(throws: CohortError.otherSettings(path: folder, differences: [difference])) {
        try Cohort(folder: folder, settings: other, program: program).begin()
      }
    }
  }

  @Test("What is written is what the tables and the neck say")
  func truth() throws {
    try withFolder { folder in
      let cohort = Cohort(folder: folder, settings: small, program: program)
      try cohort.write(people: 1)
      let (raw, truth) = try (Dataset(at: folder), Dataset(at: folder).derivative("truth"))
      let scan = try #require(raw.files().first)
      #expect(scan.path == "sub-001/dwi/sub-001_rec-average_dwi.nii.gz")
      #expect(try raw.participants.map(\.subject) == ["001"])
      func read(_ entities: [Entity: String], _ suffix: String) throws -> Volume {
        let made = try truth.files(entities, suffixes: [suffix]).filter { $0.name.isMade(from: scan.name) }
        #expect(made.count == 1)
        return try NIfTI.read(#require(made.first).location).volume
      }
      let (cord, canal) = try (read([.label: "SC"], "probseg"), read([.label: "canal"], "probseg"))
      let lesion = try read([.label: "lesion"], "probseg")
      let (levels, discs) = try (read([.segmentation: "levels"], "dseg"), read([.segmentation: "discs"], "dseg"))
      for i in cord.voxels.indices {
        #expect(cord.voxels[i] <= canal.voxels[i] + 1e-3 && lesion.voxels[i] <= cord.voxels[i])
        #expect(levels.voxels[i] == 0 || cord.voxels[i] >= 0.5)
      }
      // Disc n lies between levels n − 1 and n.
      let neck = cohort.neck(of: 1)
      let series = cohort.series(of: 1)[0]
      for n in 3...6 {
        let voxels = discs.voxels.indices.filter { discs.voxels[$0] == Float(n) }
        guard voxels.count == 1 else { continue }
        let plane = cord.grid.shape.x * cord.grid.shape.y
        let index = SIMD3(Double(voxels[0] % cord.grid.shape.x), Double(voxels[0] % plane / cord.grid.shape.x), Double(voxels[0] / plane))
        let seen = series.sight.person(atWorld: cord.grid.world(index))
        let section = neck.cord.section(at: neck.discs[n - 1])
        // Half a slice along the cord, half a canal to the front.
        let offset = seen - section.center
        #expect(abs(offset.dot(section.direction)) < 4)
        #expect((2...12).contains(offset.dot(section.front)))
      }
      let table = try Dataset.table(at: cohort.truth + "/truth.tsv")
      #expect(table.header.prefix(3) == ["participant_id", "level", "csa_mm2"] && table.rows.count == 10)
      #expect(Double(table.rows[3].cells[2]) == neck.trueArea(level: 4))
    }
  }

  @Test("A place in the body is seen where the person lies, and found again")
  func places() {
    let cohort = Cohort(folder: "", settings: CohortSettings(seed: 5), program: program)
    for series in cohort.series(of: 2) {
      let isStill = series.acquisition.motion.jumps.isEmpty && series.acquisition.artefacts.distortion == 0
      for disc in 3...5 {
        let point = series.neck.discPosition(disc)
        let world = series.sight.world(ofPerson: point)
        // Distortion is undone by twelve halvings of its error.
        #expect((series.sight.person(atWorld: world) - point).length < (isStill ? 1e-9 : 1e-2))
        #expect((series.acquisition.motion.seriesFromPerson(point) - world).length < (isStill ? 1e-9 : 15))
      }
    }
  }

  @Test("Men's cords are larger by as much as real ones")
  func demographics() {
    // 74.4 and 69.7 mm² at C2–C3 in 105 men and 98 women; with 150 people the difference has an SE of 1.1 mm².
    let cohort = Cohort(folder: "", settings: CohortSettings(seed: 9), program: program)
    var areas: [String: [Double]] = [:]
    for person in 1...150 {
      let neck = cohort.neck(of: person)
      areas[cohort.demographics(of: person).sex, default: []].append((neck.trueArea(level: 2) + neck.trueArea(level: 3)) / 2)
      #expect((19...60).contains(cohort.demographics(of: person).age))
    }
    let means = areas.mapValues { $0.reduce(0, +) / Double($0.count) }
    #expect(areas.keys.sorted() == ["F", "M"] && abs(means["M"]! - means["F"]! - 4.7) < 3.3, "\(means)")
    #expect((55...98).contains(areas["M"]!.count))
  }

  @Test("A folder of backdrops: what has a mask is learnt from, what has none is told")
  func backdrops() throws {
    try withFolder { folder in
      #expect(throws: DatasetError.missing(path: folder)) { _ = try Backdrop.all(in: folder) }
      try FileManager.default.createDirectory(atPath: folder + "/a", withIntermediateDirectories: true)
      let grid = Grid(shape: [50, 50, 40], affine: .identity)
      func volume(_ value: (SIMD3<Int>) -> Float) -> Volume {
        var volume = Volume(repeating: 0, grid: grid)
        for z in 0..<40 { for y in 0..<50 { for x in 0..<50 { volume[x, y, z] = value([x, y, z]) } } }
        return volume
      }
      try NIfTI.write(volume { Float($0.x * 10 + 100) }, to: folder + "/a/ann_T2w.nii.gz")
      #expect(throws: CohortError.noBackdrop(path: folder, images: 1)) { _ = try Backdrop.all(in: folder) }
      let mask = volume { abs($0.x - 25) < 5 && abs($0.y - 25) < 4 ? 1 : 0 }
      try NIfTI.write(mask, to: folder + "/a/ann_T2w_seg.nii.gz")
      try NIfTI.write(volume { Float($0.x / 10) }, to: folder + "/bob_dseg.nii.gz")
      try NIfTI.write(mask, to: folder + "/bob_label-SC_probseg.nii.gz")
      let found = try Backdrop.all(in: folder)
      #expect(found.map(\.name) == ["a/ann_T2w", "bob_dseg"] && found.map(\.contrast) == [.t2w, nil])
      // The data set says whose backdrops it has, and cannot go on with others.
      let (root, plain) = (folder + "/set", Cohort(folder: folder + "/set", settings: small, program: program))
      let cohort = Cohort(folder: root, settings: small, program: program, backdrops: found)
      try cohort.write(people: 1)
      #expect(throws: CohortError.self) { try plain.write(people: 1) }
      // The truth is that of the same person in a body of their own.
      let other = Cohort(folder: folder + "/other", settings: small, program: program)
      try other.write(people: 1)
      let truth = "derivatives/truth/sub-001/dwi/sub-001_rec-average_space-dwi_label-SC_probseg.nii.gz"
      #expect(try files(in: root)[truth] == files(in: other.folder)[truth])
      let scan = "sub-001/dwi/sub-001_rec-average_dwi.nii.gz"
      #expect(try files(in: root)[scan] != files(in: other.folder)[scan])
    }
  }

  @Test("Maps between scans lead there and back")
  func transforms() throws {
    let series = Cohort(folder: "", settings: CohortSettings(seed: 5), program: program).series(of: 1)
    let value = Series.transforms(of: series)
    let between = try #require(value["Between"]?.list)
    #expect(between.count == 30)
    func matrix(_ from: String, _ to: String) throws -> Affine {
      let entry = try #require(between.first { $0["From"]?.text == from && $0["To"]?.text == to })
      let rows = try #require(entry["Matrix"]?.list).map { $0.list!.map { $0.number! } }
      func column(_ i: Int) -> SIMD3<Double> { [rows[0][i], rows[1][i], rows[2][i]] }
      return Affine(x: column(0), y: column(1), z: column(2), origin: column(3))
    }
    let point = SIMD3(10.0, -20, 30)
    let there = try matrix("sub-001_T1w", "sub-001_T2star")
    #expect((try matrix("sub-001_T2star", "sub-001_T1w")(there(point)) - point).length < 1e-9)
    let person = series[0].acquisition.motion.personFromSeries(point)
    #expect((series[2].acquisition.motion.seriesFromPerson(person) - there(point)).length < 1e-9)
    // T2star is acquired slice by slice.
    #expect(value["Series"]?["sub-001_T2star"]?["Displacement"]?.list?.count == series[2].acquisition.grid.shape.z)
    #expect(value["Series"]?["sub-001_T1w"]?["Displacement"] == nil)
  }
}
