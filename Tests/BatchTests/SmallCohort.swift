import Files
import Foundation
import Models
import NIfTI
import Numerics
import Simulation
import Volumes

@testable import Batch

/// A data set of tiny simulated scans: two people in T2w and T1w with labels of discs, and files that are no scans.
struct SmallCohort {
  let folder: String
  var raw: String { folder + "/raw" }

  /// Broken files, each with the word that the table of reasons has for it.
  static let broken: [(name: String, reason: FailureReason)] = [
    ("sub-11/anat/sub-11_T2w.nii.gz", .damaged), ("sub-12/anat/sub-12_T2w.nii.gz", .notFetched), ("sub-13/anat/sub-13_T2w.nii.gz", .empty),
    ("sub-14/anat/sub-14_T2w.nii.gz", .severalVolumes), ("sub-15/anat/sub-15_T2w.nii.gz", .noCord),
    ("sub-16/anat/sub-16_T2w.nii.gz", .dimensions),
  ]

  init(in folder: String, people: Int = 2, broken: Bool = false) throws {
    self.folder = folder
    for person in 1...people {
      for contrast in [Contrast.t2w, .t1w] { try Self.write(contrast, person, to: folder + "/raw") }
    }
    try Self.put(#"{"Name": "Small", "BIDSVersion": "1.10.0", "DatasetType": "raw"}"#, "\(folder)/raw/dataset_description.json")
    try Self.put("participant_id\tage\tsex\nsub-01\t31\tF\nsub-02\t44\tM\n", "\(folder)/raw/participants.tsv")
    if broken { try writeBroken() }
  }

  static func put(_ text: String, _ path: String) throws {
    try Folder.make(path.deletingLastPathComponent)
    try AtomicFile.write(Array(text.utf8), to: path)
  }

  private static func write(_ contrast: Contrast, _ person: Int, to raw: String) throws {
    let neck = Neck(straight: UInt64(9 + person))
    let center = neck.discPosition(4)
    let grid = Grid(shape: [48, 48, 24], affine: Affine(spacing: [1, 1, 2], origin: center - [23.5, 23.5, 23]))
    let scan = acquire(neck, Acquisition(contrast: contrast, grid: grid, seed: UInt64(person)))
    let name = "sub-0\(person)_\(contrast.rawValue)"
    let folder = "\(raw)/sub-0\(person)/anat"
    try Folder.make(folder)
    try NIfTI.write(scan.image, to: "\(folder)/\(name).nii.gz")
    // The T1w has no labels of its own.
    guard contrast == .t2w else { return }
    var discs = Volume(repeating: 0, grid: grid)
    for number in 2...6 {
      let voxel: SIMD3<Double> = grid.affine.inverse(neck.discPosition(number)).rounded(.toNearestOrAwayFromZero)
      guard all(voxel .>= 0), all(voxel .< SIMD3<Double>(grid.shape)) else { continue }
      discs[Int(voxel.x), Int(voxel.y), Int(voxel.z)] = Float(number)
    }
    let labels = "\(raw)/derivatives/labels/sub-0\(person)/anat"
    try Folder.make(labels)
    try NIfTI.write(discs, to: "\(labels)/\(name)_label-discs_dlabel.nii.gz", as: .uint8)
  }

  /// Writes a third person: a T2w from the skull to the chest, and four centimeters of the same image under the name of a T2star, in which
  /// nothing tells which vertebra is which.
  ///
  /// - Returns: The T2w, and where its discs are.
  static func writeTall(to raw: String) throws -> (scan: Volume, truth: [Int: SIMD3<Double>]) {
    var generator = Generator(seed: 77)
    let neck = Neck(generator: &generator)
    var settings = SimulationSettings.standard
    settings.protocols["T2w"]!.matrix = [32, 112, 160]
    settings.protocols["T2w"]!.spacing = [1.6, 1.2, 1.2]
    settings.protocols["T2w"]!.front = 14
    settings.protocols["T2w"]!.offset = 0
    let acquisition = Acquisition.standard(.t2w, for: neck, settings: settings, generator: &generator)
    let sight = Sight(of: neck, by: acquisition)
    let scan = acquire(neck, acquisition).image
    let truth = neck.discs.indices.map { ($0 + 1, sight.world(ofPerson: neck.discEdge($0 + 1))) }
    let folder = raw + "/sub-21/anat"
    try Folder.make(folder)
    try NIfTI.write(scan, to: folder + "/sub-21_T2w.nii.gz")
    let middle = Int(scan.grid.affine.inverse(sight.world(ofPerson: neck.discPosition(6))).z)
    var grid = scan.grid
    grid.shape.z = 34
    grid.affine.origin = scan.grid.affine(SIMD3(0, 0, Double(middle - 17)))
    try NIfTI.write(scan.resampled(onto: grid), to: folder + "/sub-21_T2star.nii.gz")
    return (scan, Dictionary(uniqueKeysWithValues: truth))
  }

  private func writeBroken() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: raw + "/sub-01/anat/sub-01_T2w.nii.gz"))
    let image = try NIfTI.read(raw + "/sub-01/anat/sub-01_T2w.nii.gz").volume
    for (name, reason) in Self.broken {
      let path = "\(raw)/\(name)"
      try Folder.make(path.deletingLastPathComponent)
      switch reason {
      case .damaged: try AtomicFile.write(whole.prefix(whole.count / 2), to: path)
      case .notFetched:
        try FileManager.default.createSymbolicLink(
          atPath: path, withDestinationPath: "../../.git/annex/objects/Xx/Yy/MD5E-s1--0.nii.gz/MD5E-s1--0.nii.gz")
      case .empty: try AtomicFile.write(Data(), to: path)
      case .severalVolumes:
        let plain = path.replacing(".nii.gz", with: ".nii")
        try NIfTI.write(image, to: plain)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: plain))
        try FileManager.default.removeItem(atPath: plain)
        let voxels = bytes.dropFirst(352)
        // dim[0] = 4, dim[4] = 2: the same volume twice.
        (bytes[40], bytes[48]) = (4, 2)
        try AtomicFile.write(bytes + voxels, to: path)
      case .noCord:
        var seed: UInt64 = 1
        let noise = image.map { _ in
          seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return Float(seed >> 40)
        }
        try NIfTI.write(noise, to: path)
      default:
        let plain = path.replacing(".nii.gz", with: ".nii")
        try NIfTI.write(image, to: plain)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: plain))
        try FileManager.default.removeItem(atPath: plain)
        (bytes[42], bytes[43]) = (0, 0)
        try AtomicFile.write(bytes, to: path)
      }
    }
  }

  func request(_ output: String = "out") -> BatchRequest {
    var request = BatchRequest(input: raw, output: "\(folder)/\(output)", model: ShippedModel.path)
    request.workers = 2
    return request
  }

  /// All files of an output, by their paths.
  func files(_ output: String = "out") throws -> [String: Data] {
    let root = "\(folder)/\(output)"
    var found: [String: Data] = [:]
    for case let file as String in FileManager.default.enumerator(atPath: root)! {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: "\(root)/\(file)", isDirectory: &isFolder), !isFolder.boolValue else { continue }
      found[file] = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(file)"))
    }
    return found
  }
}

/// A folder that goes with the test.
func withFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = NSTemporaryDirectory() + "softcord-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}
