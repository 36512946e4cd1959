import Foundation
import NIfTI
import Numerics
import Testing
import Volumes

@testable import Training

/// A folder of small scans in the layouts of the field.
struct SourceFolder {
  let path = NSTemporaryDirectory() + "softcord-" + UUID().uuidString
  private static let grid = Grid(shape: [6, 6, 6], affine: Affine(spacing: [1, 1, 1]))

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// A scan whose voxels depend on the seed.
  func scan(_ file: String, seed: UInt64) throws {
    var generator = Generator(seed: seed)
    try write(Volume(voxels: (0..<216).map { _ in Float(generator.uniform(0, 100)) }, grid: Self.grid), file)
  }

  /// A mask: a tube of the value.
  func mask(_ file: String, value: Float = 1) throws {
    var mask = Volume(repeating: 0, grid: Self.grid)
    for z in 0..<6 { for y in 2..<4 { for x in 2..<4 { mask[x, y, z] = value } } }
    try write(mask, file)
  }

  func text(_ text: String, _ file: String) throws {
    try makeFolder(file)
    try text.write(toFile: "\(path)/\(file)", atomically: true, encoding: .utf8)
  }

  private func write(_ volume: Volume, _ file: String) throws {
    try makeFolder(file)
    try NIfTI.write(volume, to: "\(path)/\(file)")
  }

  private func makeFolder(_ file: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(path)/\((file as NSString).deletingLastPathComponent)", withIntermediateDirectories: true)
  }

  /// Three people with two contrasts; the third lacks masks.
  func bids() throws {
    try text(#"{"Name": "data", "BIDSVersion": "1.10.0"}"#, "data/dataset_description.json")
    try text(
      #"{"Name": "masks", "BIDSVersion": "1.10.0", "DatasetType": "derivative"}"#, "data/derivatives/labels/dataset_description.json")
    for (index, person) in ["sub-a", "sub-b", "sub-c"].enumerated() {
      for (number, stem) in ["T2w", "flip-1_mt-on_MTS"].enumerated() {
        try scan("data/\(person)/anat/\(person)_\(stem).nii.gz", seed: UInt64(10 * index + number))
        if person != "sub-c" { try mask("data/derivatives/labels/\(person)/anat/\(person)_\(stem)_label-SC_seg.nii.gz") }
      }
    }
  }
}

@Suite struct DataSourceTests {
  @Test func aBIDSDataSetGivesScansWithMasks() throws {
    let folder = try SourceFolder()
    defer { folder.remove() }
    try folder.bids()
    let scans = try DataSource(layout: .bids, path: "data").scans(root: folder.path)
    #expect(Set(scans.map(\.person)) == ["data/sub-a", "data/sub-b"])
    #expect(Set(scans.compactMap(\.contrast)) == ["T2w", "flip-1_mt-on_MTS"])
    for scan in scans { #expect(try scan.read(root: folder.path).mask.voxels.reduce(0, +) == 24) }
  }

  @Test func anNnUNetFolderGivesPeopleAndTheCordOfSeveralLabels() throws {
    let folder = try SourceFolder()
    defer { folder.remove() }
    try folder.text(
      #"{"channel_names": {"0": "MRI"}, "labels": {"background": 0, "canal": 1, "sc": 2}, "numTraining": 2, "file_ending": ".nii.gz"}"#,
      "Dataset001/dataset.json")
    for (index, name) in ["sub-x_T1w", "sub-x_T2w"].enumerated() {
      try folder.scan("Dataset001/imagesTr/\(name)_0000.nii.gz", seed: UInt64(index))
      try folder.mask("Dataset001/labelsTr/\(name).nii.gz", value: 2)
    }
    var source = DataSource(layout: .nnunet, path: "Dataset001")
    // Two labels: which is cord must be said.
    #expect { try source.scans(root: folder.path) } throws: { "\($0)".contains("canal, sc") }
    source.value = 2
    let scans = try source.scans(root: folder.path)
    #expect(scans.map(\.person) == ["Dataset001/sub-x", "Dataset001/sub-x"])
    #expect(try scans[0].read(root: folder.path).mask.voxels.max() == 1)
    source.person = "(T[12])"
    #expect(try source.scans(root: folder.path).map(\.person) == ["Dataset001/T1", "Dataset001/T2"])
  }

  @Test func aTableNamesScansFromItsOwnFolder() throws {
    let folder = try SourceFolder()
    defer { folder.remove() }
    try folder.text(
      "image\tmask\tperson\tcontrast\tweight\tsplit\na.nii\ta_seg.nii\tAnn\tT2w\t3\ttrain\nb.nii\tb_seg.nii\tBob\tn/a\tn/a\tvalidation\n",
      "lists/all.tsv")
    var source = DataSource(layout: .table, path: "lists/all.tsv")
    source.weight = 8
    let scans = try source.scans(root: folder.path)
    #expect(scans.map(\.image) == ["lists/a.nii", "lists/b.nii"])
    #expect(scans.map(\.weight) == [6, 2])  // 8 in all, as 3 to 1
    #expect(scans.map(\.contrast) == ["T2w", nil])
    let sides = try Split(validation: 0.5, seed: 1).sides(of: scans)
    #expect(sides[.train]?.map(\.person) == ["Ann"] && sides[.validation]?.map(\.person) == ["Bob"])
  }

  @Test(arguments: [
    ("image\tmask\n", "no column 'person'"), ("image\tmask\tperson\tcolour\n", "'colour'"), ("image\tmask\tperson\na\tb\n", "line 2"),
    ("image\tmask\tperson\tweight\na\tb\tc\theavy\n", "'heavy'"), ("image\tmask\tperson\n", "no scan"),
  ])
  func aTableThatIsWrongSaysWhere(_ text: String, _ expected: String) throws {
    let folder = try SourceFolder()
    defer { folder.remove() }
    try folder.text(text, "all.tsv")
    #expect { try DataSource(layout: .table, path: "all.tsv").scans(root: folder.path) } throws: { "\($0)".contains(expected) }
  }
}

@Suite struct SplitTests {
  /// Sixty people with one to four scans each.
  let scans = (0..<60).flatMap { person in
    (0...person % 4).map { LabelledScan(image: "\(person)-\($0)", mask: "m", person: "person \(person)") }
  }

  @Test(arguments: 0..<20) func nobodyIsOnTwoSides(_ seed: Int) throws {
    let sides = try Split(validation: 0.2, test: 0.2, seed: UInt64(seed)).sides(of: scans)
    let people = sides.mapValues { Set($0.map(\.person)) }
    #expect(people[.train]!.count == 36 && people[.validation]!.count == 12 && people[.test]!.count == 12)
    #expect(people[.train]!.isDisjoint(with: people[.validation]!) && people[.train]!.isDisjoint(with: people[.test]!))
    #expect(people[.validation]!.isDisjoint(with: people[.test]!))
    #expect(sides.values.reduce(0) { $0 + $1.count } == scans.count)
  }

  @Test func theSameSeedSplitsTheSame() throws {
    let (a, b) = (try Split(validation: 0.3, seed: 5).sides(of: scans), try Split(validation: 0.3, seed: 5).sides(of: scans.reversed()))
    #expect(Set(a[.validation]!) == Set(b[.validation]!))
    #expect(try Set(a[.validation]!) != Set(Split(validation: 0.3, seed: 6).sides(of: scans)[.validation]!))
  }

  @Test func namedPeopleAreWhereTheyAreNamed() throws {
    var split = Split()
    split.validationPeople = ["person 7"]
    split.testPeople = ["person 9"]
    let sides = try split.sides(of: scans)
    #expect(Set(sides[.validation]!.map(\.person)) == ["person 7"] && Set(sides[.test]!.map(\.person)) == ["person 9"])
    split.testPeople = ["person 7"]
    #expect(throws: TrainingError.self) { try split.sides(of: scans) }
    split.testPeople = ["nobody"]
    #expect { try split.sides(of: scans) } throws: { "\($0)".contains("nobody") }
  }

  @Test func aTableThatPutsAPersonOnTwoSidesIsRefused() {
    var (a, b) = (scans[1], scans[2])
    (a.side, b.side) = (.train, .validation)
    #expect { try Split().sides(of: [a, b]) } throws: { "\($0)".contains("person 1") }
  }
}
