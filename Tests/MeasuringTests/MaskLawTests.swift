import Foundation
import Measuring
import NIfTI
import Testing
import Volumes

/// A folder that goes with the test.
func withTemporaryFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = NSTemporaryDirectory() + "softcord-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// An upright soft cylinder of 5 mm radius.
enum Cylinder {
  static let radius = 5.0
  /// The sum over a slice of 1 mm voxels is its area; slices, directions and sums add round-off.
  static let areaTolerance = 1e-4
  static let area = (0..<mask.grid.shape.x * mask.grid.shape.y).reduce(0.0) { $0 + Double(mask.voxels[$1]) }

  static let mask: Volume = {
    let shape = SIMD3(24, 24, 30)
    var mask = Volume(repeating: 0, grid: Grid(shape: shape, affine: Affine(spacing: .one)))
    for z in 0..<shape.z {
      for y in 0..<shape.y {
        for x in 0..<shape.x {
          let place = SIMD2(Double(x) - 12, Double(y) - 12)
          mask[x, y, z] = Float(min(max(radius + 0.5 - (place * place).sum().squareRoot(), 0), 1))
        }
      }
    }
    return mask
  }()

  /// A file of several volumes, made from one of one: the numbers of dimensions and volumes are changed in the header, voxels follow.
  static func write(_ volumes: [Volume], dimensions: [Int], to path: String) throws {
    try NIfTI.write(volumes[0], to: path)
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    for (index, value) in ([dimensions.count] + dimensions).enumerated() {
      bytes[40 + 2 * index] = UInt8(value & 255)
      bytes[41 + 2 * index] = UInt8(value >> 8)
    }
    for volume in volumes.dropFirst() { volume.voxels.withUnsafeBytes { bytes += $0 } }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}

/// A mask is never averaged, and never taken for another kind of image.
@Suite struct MaskLawTests {
  private func area(_ path: String, volume: Int? = nil) throws -> Double {
    var request = MeasureRequest()
    (request.per, request.slices, request.volume) = (.range, 5...24, volume)
    return try #require(try request.measure(path).rows.first?.summary?.area.mean)
  }

  private let truth = Cylinder.area

  @Test func severalVolumesAreRefusedAndOneCanBeChosen() throws {
    try withTemporaryFolder { folder in
      let (mask, nothing) = (Cylinder.mask, Cylinder.mask.map { _ in 0 })
      let path = folder + "/mask.nii"
      for (volumes, dimensions) in [([mask, nothing], [24, 24, 30, 2]), ([mask.map { 1 - $0 }, mask], [24, 24, 30, 1, 2])] {
        try Cylinder.write(volumes, dimensions: dimensions, to: path)
        let error = #expect(throws: MaskError.self) { try area(path) }
        #expect(error?.description.contains("--volume 0 to 1") == true, "\(error?.description ?? "")")
        let chosen = volumes[0][12, 12, 10] == 1 ? 0 : 1
        #expect(abs(try area(path, volume: chosen) / truth - 1) < Cylinder.areaTolerance)
        // Commands that have no such option say otherwise.
        #expect(throws: MaskError.self) { try NIfTI.mask(path) }
        #expect(throws: MaskError.self) { try NIfTI.labels(path) }
      }
    }
  }

  @Test func axesOfLengthOneDoNotCount() throws {
    try withTemporaryFolder { folder in
      for dimensions in [[24, 24, 30, 1], [24, 24, 30, 1, 1], [24, 24, 30, 1, 1, 1, 1]] {
        try Cylinder.write([Cylinder.mask], dimensions: dimensions, to: folder + "/mask.nii")
        #expect(abs(try area(folder + "/mask.nii") / truth - 1) < Cylinder.areaTolerance)
      }
    }
  }

  /// Each kind with what is said of it, and with what must not be suggested.
  @Test(arguments: [
    ("soft to 255", "from 0 to 255: divide it by 255", "labels"), ("binary 255", "from 0 to 255: divide it by 255", "labels"),
    ("percent", "from 0 to 100: divide it by 100", "255"), ("binary 100", "from 0 to 100: divide it by 100", "255"),
    ("labels", "labels (1, 2)", "divide"), ("discs", "labels (3, 4, 5)", "divide"), ("one label", "number 7", "divide"),
    ("splines", "resampled by splines", "divide"), ("scan", "looks like a scan", "divide"),
    ("below zero", "0 to 1, was expected", "divide"),
    ("scan to 255", "looks like a scan", "divide"),
  ])
  func valuesAreTold(kind: String, said: String, notSaid: String) throws {
    var mask = Cylinder.mask
    for i in mask.voxels.indices {
      let value = mask.voxels[i]
      // Something that varies from voxel to voxel.
      let noise = Float((i &* 2_654_435_761) % 1000) / 1000
      mask.voxels[i] =
        switch kind {
        case "soft to 255": (value * 255).rounded()
        case "binary 255": value > 0.5 ? 255 : 0
        case "percent": value * 100
        case "binary 100": value > 0.5 ? 100 : 0
        case "labels": value > 0.5 ? (i % 24 < 12 ? 1 : 2) : 0
        case "discs": [2000: 3, 6000: 4, 12000: 5][i] ?? 0
        case "one label": value > 0.5 ? 7 : 0
        case "splines": value == 0 && noise > 0.7 ? -0.08 : value == 1 && noise > 0.5 ? 1.06 : value
        case "scan": 200 + 800 * value + 300 * noise
        case "scan to 255": (40 + 120 * value + 95 * noise).rounded()
        default: i == 0 ? -0.5 : value
        }
    }
    try withTemporaryFolder { folder in
      let path = folder + "/mask.nii.gz"
      try NIfTI.write(mask, to: path)
      let error = #expect(throws: MaskError.self) { try NIfTI.mask(path) }
      let text = error?.description ?? ""
      #expect(text.hasPrefix(path + ": "))
      // The folder's name may hold any number.
      let message = text.dropFirst(path.count)
      #expect(message.contains(said) && !message.contains(notSaid), "\(kind): \(text)")
    }
  }

  @Test func aRoundingBeyondOneIsClippedAndSaid() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/mask.nii.gz"
      try NIfTI.write(Cylinder.mask.map { $0 == 1 ? 1.0004 : $0 == 0 ? -0.0002 : $0 }, to: path)
      let image = try NIfTI.mask(path)
      #expect(image.volume.voxels == Cylinder.mask.voxels && image.notes.contains { $0.contains("beyond 0 or 1") })
    }
  }

  @Test func otherGridsSayHowTheyDiffer() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/mask.nii.gz"
      let grid = Cylinder.mask.grid
      func text(_ mask: Volume) throws -> String {
        try NIfTI.write(mask, to: path)
        return #expect(throws: MaskError.self) { try NIfTI.mask(path, of: "scan.nii.gz", on: grid) }?.description ?? ""
      }
      #expect(try text(Cylinder.mask.reoriented(to: Orientation(towards: "LPS")!)).contains("another orientation"))
      #expect(try text(Cylinder.mask.box(lower: .zero, shape: [24, 24, 29])).contains("24 × 24 × 29 and 24 × 24 × 30"))
      #expect(try text(Cylinder.mask.box(lower: [1, 0, 0], shape: [24, 24, 30])).contains("at another place"))
      #expect(try text(Cylinder.mask.map { _ in 0 }).contains("the mask is empty"))
      try NIfTI.write(Cylinder.mask, to: path)
      #expect(try NIfTI.mask(path, of: "scan.nii.gz", on: grid).volume.voxels == Cylinder.mask.voxels)
    }
  }

  @Test func masksAreNotTakenForScans() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/scan.nii.gz"
      for (volume, said) in [
        (Cylinder.mask, "soft mask"), (Cylinder.mask.binarized(above: 0.5), "binary mask"),
        (Cylinder.mask.map { $0 > 0.9 ? 2 : $0 > 0.4 ? 1 : 0 }, "map of labels"),
      ] {
        try NIfTI.write(volume, to: path)
        let error = #expect(throws: MaskError.self) { try NIfTI.scan(path) }
        #expect(error?.description.contains(said) == true, "\(error?.description ?? "")")
      }
      // Scans: noise on nothing, and a field of view that is mostly empty, in whole numbers and scaled to 0…1.
      let noise = { (i: Int) in Float((i &* 2_654_435_761) % 1000) }
      var scan = Cylinder.mask
      for scale in [1, 1.0 / 1000] as [Float] {
        for i in scan.voxels.indices { scan.voxels[i] = Cylinder.mask.voxels[i] > 0 ? noise(i) * scale : 0 }
        try NIfTI.write(scan, to: path)
        #expect(throws: Never.self) { try NIfTI.scan(path) }
      }
    }
  }

  @Test func pointersToContentElsewhereSayHowToGetIt() throws {
    try withTemporaryFolder { folder in
      let (link, pointer, broken) = (folder + "/link.nii.gz", folder + "/pointer.nii.gz", folder + "/broken.nii.gz")
      let manager = FileManager.default
      try manager.createSymbolicLink(atPath: link, withDestinationPath: "../.git/annex/objects/a/b/MD5E-s1.nii.gz")
      try manager.createSymbolicLink(atPath: broken, withDestinationPath: "nowhere.nii.gz")
      try Data("/annex/objects/MD5E-s1--0.nii.gz\n".utf8).write(to: URL(fileURLWithPath: pointer))
      for path in [link, pointer] { #expect(throws: NIfTIError.notFetched(path: path)) { try NIfTI.mask(path) } }
      #expect(throws: NIfTIError.brokenLink(path: broken, target: "nowhere.nii.gz")) { try NIfTI.mask(broken) }
    }
  }
}
