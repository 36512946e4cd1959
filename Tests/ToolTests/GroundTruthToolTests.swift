import Foundation
import NIfTI
import Numerics
import Simulation
import Testing
import Volumes

/// A data set of small phantoms: an upright cord in a textured surrounding, in contrasts with voxels of their own.
struct PhantomPeople {
  let root: String

  /// A data set that holds nobody yet.
  init(in folder: String) throws {
    root = folder + "/in"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    try Data(#"{"Name": "phantoms", "BIDSVersion": "1.10.0"}"#.utf8).write(to: URL(fileURLWithPath: root + "/dataset_description.json"))
  }

  static let contrasts: [(name: String, spacing: SIMD3<Double>, cord: Double)] = [
    ("T1w", [1, 1, 2], 90), ("T2w", [1, 1, 2], 30), ("T2star", [0.8, 0.8, 5], 60),
  ]

  func path(_ person: String, _ contrast: String, mask: Bool = false) -> String {
    "\(root)/\(mask ? "derivatives/labels/" : "")\(person)/anat/\(person)_\(contrast)\(mask ? "_label-SC_seg" : "").nii.gz"
  }

  /// Writes a person's images and masks.
  ///
  /// - Parameter height: Of the middle of the field of view of each contrast, mm.
  func add(_ person: String, seed: UInt64 = 1, contrasts: [String] = ["T1w", "T2w", "T2star"], height: (String) -> Double = { _ in 0 })
    throws
  {
    for folder in [root, root + "/derivatives/labels"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(person)/anat", withIntermediateDirectories: true)
    }
    for (name, spacing, cord) in Self.contrasts where contrasts.contains(name) {
      let (image, mask) = Self.scan(seed, spacing, cord, height(name))
      try NIfTI.write(image, to: path(person, name))
      try NIfTI.write(mask, to: path(person, name, mask: true), as: .uint8)
    }
  }

  private static func scan(_ seed: UInt64, _ spacing: SIMD3<Double>, _ cord: Double, _ height: Double) -> (Volume, Volume) {
    let shape = SIMD3<Int>((SIMD3(44, 44, 50) / spacing).rounded(.up))
    let grid = Grid(shape: shape, affine: Affine(spacing: spacing, origin: SIMD3(-22, -22, height - 25) + spacing / 2))
    var (image, mask) = (Volume(repeating: 0, grid: grid), Volume(repeating: 0, grid: grid))
    var noise = Generator(seed: seed)
    for z in 0..<shape.z {
      for y in 0..<shape.y {
        for x in 0..<shape.x {
          let p = grid.world(SIMD3(Double(x), Double(y), Double(z)))
          let radius = (p.x * p.x / 36 + p.y * p.y / 16).squareRoot()
          // Bones and muscles: the same in every contrast.
          let body = sin(p.z / 4) * cos(p.x / 5) + sin(p.y / 4 + p.z / 9)
          let level = radius < 1 ? cord : radius < 2 ? 150 - cord : 60 + 25 * body
          image[x, y, z] = Float(level + noise.normal(0, 2))
          mask[x, y, z] = radius < 1 ? 1 : 0
        }
      }
    }
    return (image, mask)
  }

  /// Every file with its size and time.
  var state: [String] { Self.state(of: root) }

  static func state(of root: String) -> [String] {
    let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return files.sorted().map { file in
      let facts = try? FileManager.default.attributesOfItem(atPath: root + "/" + file)
      return "\(file) \(facts?[.size] ?? 0) \(facts?[.modificationDate] ?? 0)"
    }
  }
}

@Suite struct GroundTruthToolTests {
  @Test func aRunGoesOnWhereItEndedAndTheInputStaysAsItWas() throws {
    try withTemporaryFolder { folder in
      let people = try PhantomPeople(in: folder)
      try people.add("sub-01")
      let before = people.state
      let out = folder + "/out"
      for method in ["refined", "paper"] {
        let first = try Tool.run("ground-truth", people.root, out + method, "--method", method)
        #expect(first.status == 0, "\(first.error)")
        #expect(first.output.contains("1 of 1 people done, 0 contrasts left out"))
        let made = try FileManager.default.contentsOfDirectory(atPath: out + method + "/sub-01/anat")
        #expect(made.count { $0.hasSuffix("label-SC_probseg.nii.gz") } == 3, "\(made)")
        let times = PhantomPeople.state(of: out + method + "/sub-01")
        #expect(try Tool.run("ground-truth", people.root, out + method, "--method", method).status == 0)
        #expect(PhantomPeople.state(of: out + method + "/sub-01") == times)
        #expect(FileManager.default.fileExists(atPath: out + method + "/figures/sub-01.png"))
      }
      #expect(people.state == before)
      #expect(try Tool.run("ground-truth", people.root, people.root + "/derivatives/soft").status == 64)
      #expect(people.state == before)
    }
  }

  @Test func aBadContrastCostsItsOwnLine() throws {
    try withTemporaryFolder { folder in
      let people = try PhantomPeople(in: folder)
      let manager = FileManager.default
      for (k, person) in ["sub-01", "sub-02", "sub-03", "sub-04", "sub-05", "sub-06"].enumerated() {
        try people.add(person, seed: UInt64(k), height: { $0 == "T2star" && person == "sub-06" ? 300 : 0 })
      }
      // Only a pointer is there.
      try manager.removeItem(atPath: people.path("sub-02", "T1w"))
      try manager.createSymbolicLink(
        atPath: people.path("sub-02", "T1w"), withDestinationPath: "../../.git/annex/objects/xx/yy/MD5E-s1.nii.gz")
      // No image at all.
      try Data("no image".utf8).write(to: URL(fileURLWithPath: people.path("sub-03", "T2star")))
      // A mask on another grid, an empty one.
      let mask = try NIfTI.read(people.path("sub-04", "T1w", mask: true)).volume
      try NIfTI.write(mask.box(lower: [2, 0, 0], shape: mask.grid.shape), to: people.path("sub-04", "T1w", mask: true), as: .uint8)
      try NIfTI.write(mask.map { _ in 0 }, to: people.path("sub-05", "T1w", mask: true), as: .uint8)
      let result = try Tool.run("ground-truth", people.root, folder + "/out")
      #expect(result.status == 1)
      #expect(result.output.contains("6 of 6 people done, 5 contrasts left out"), "\(result.output)")
      for word in ["git annex get \(people.path("sub-02", "T1w"))", "sub-03_T2star", "grid differs", "the mask is empty", "sub-06"] {
        #expect(result.error.contains(word), "\(word): \(result.error)")
      }
      let table = try String(contentsOfFile: folder + "/out/ground_truth.tsv", encoding: .utf8)
      #expect(table.split(separator: "\n").count == 1 + 6 * 3)
      #expect(table.contains("git annex get"))
      // The published recipe reads the same people; it does not look whether masks overlap.
      #expect(try Tool.run("ground-truth", people.root, folder + "/paper", "--method", "paper").status == 1)
    }
  }

  @Test func aPersonWithoutTwoMasksIsPassedOver() throws {
    try withTemporaryFolder { folder in
      let people = try PhantomPeople(in: folder)
      try people.add("sub-01", contrasts: ["T2w"])
      let alone = try Tool.run("ground-truth", people.root, folder + "/out")
      #expect(alone.status == 65 && alone.error.contains("at least two contrasts"), "\(alone.error)")
      try people.add("sub-02")
      // Nobody drew this one.
      try FileManager.default.removeItem(atPath: people.path("sub-02", "T1w", mask: true))
      let result = try Tool.run("ground-truth", people.root, folder + "/out")
      #expect(result.status == 1 && result.output.contains("1 of 2 people done, 1 contrasts left out"), "\(result.output)")
      #expect(result.error.contains("--segmenter"))
      #expect(try Tool.run("ground-truth", folder + "/none", folder + "/out").status == 66)
    }
  }

  @Test func aModelMakesWhatNobodyDrewOnce() throws {
    try withTemporaryFolder { folder in
      let people = try PhantomPeople(in: folder)
      let scan = TinyScan.scan()
      for place in [people.root, people.root + "/derivatives/labels"] {
        try FileManager.default.createDirectory(atPath: place + "/sub-01/anat", withIntermediateDirectories: true)
      }
      for name in ["T1w", "T2w"] { try NIfTI.write(scan.image, to: people.path("sub-01", name)) }
      try NIfTI.write(scan.cord.binarized(above: 0.5), to: people.path("sub-01", "T2w", mask: true), as: .uint8)
      let before = people.state
      let model = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../Sources/Models/Resources/softcord.safetensors"
      ).path
      for _ in 0..<2 {
        let result = try Tool.run("ground-truth", people.root, folder + "/out", "--segmenter", model)
        #expect(result.status == 0 && result.output.contains("1 of 1 people done, 0 contrasts left out"), "\(result.error)")
      }
      let masks = (FileManager.default.enumerator(atPath: folder + "/out/.work")?.compactMap { $0 as? String } ?? []).filter {
        $0.contains("masks-") && $0.hasSuffix(".nii.gz")
      }
      #expect(masks.count == 1, "\(masks)")
      let sidecar = try String(contentsOfFile: folder + "/out/sub-01/anat/sub-01_space-T1w_label-SC_probseg.json", encoding: .utf8)
      #expect(sidecar.contains(".work/masks-"))
      #expect(people.state == before)
    }
  }

  @Test func scansAreRegisteredOrItIsSaidWhyNot() throws {
    try withTemporaryFolder { folder in
      let people = try PhantomPeople(in: folder)
      try people.add("sub-01")
      try people.add("sub-02", height: { $0 == "T1w" ? 400 : 0 })
      let out = folder + "/moved.nii.gz"
      func register(_ person: String, mask: String? = nil, output: String? = nil) throws -> Tool.Result {
        try Tool.run(
          "register", people.path(person, "T1w"), people.path(person, "T2w"), "--moving-mask",
          mask ?? people.path(person, "T1w", mask: true), "--fixed-mask", people.path(person, "T2w", mask: true), "-o", output ?? out,
          "--transform", folder + "/transform.json")
      }
      let good = try register("sub-01")
      #expect(good.status == 0 && good.output.contains("shift"), "\(good.error)")
      #expect(try NIfTI.read(out).volume.grid.shape == NIfTI.read(people.path("sub-01", "T2w")).volume.grid.shape)
      #expect(FileManager.default.fileExists(atPath: folder + "/transform.json"))
      let apart = try register("sub-02")
      #expect(apart.status == 65 && apart.error.contains("does not overlap"), "\(apart.error)")
      let other = try register("sub-01", mask: people.path("sub-01", "T2star", mask: true))
      #expect(other.status == 65 && other.error.contains("grid differs"), "\(other.error)")
      #expect(try register("sub-01", mask: folder + "/none.nii.gz").status == 66)
      #expect(try register("sub-01", output: people.path("sub-01", "T1w")).status == 64)
    }
  }
}
