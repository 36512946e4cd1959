import Foundation
import Testing
import Volumes

@testable import Preprocessing

/// Resampling as nnU-Net does it (tools/golden/resizing.py), and the laws of what surrounds it.
@Suite struct ResizingTests {
  struct Case: Decodable {
    let shape: [Int]
    let values: [Float]
    let old, new: [Double]
    let order: Int
    let resized: [Int]
    let expected: [Float]
  }

  /// Single precision between the axes, on values of about 1.
  static let tolerance: Float = 2e-6

  @Test func agreesWithNNUNet() throws {
    let data = try Data(contentsOf: Bundle.module.url(forResource: "Golden/resizing", withExtension: "json")!)
    for golden in try JSONDecoder().decode([Case].self, from: data) {
      let (old, new) = (SIMD3(golden.old), SIMD3(golden.new))
      let volume = Volume(voxels: golden.values, grid: Grid(shape: SIMD3(golden.shape), affine: Affine(spacing: old)))
      var preprocessing = Preprocessing(spacing: new)
      preprocessing.resampling = .spline
      #expect(preprocessing.resizedShape(volume.grid) == SIMD3(golden.resized))
      let order = Preprocessing.order(golden.order == 3 ? .cubic : .linear, from: old, to: new)
      let found = volume.resized(to: SIMD3(golden.resized), order: order)
      let error = zip(found.voxels, golden.expected).map { abs($0 - $1) }.max()!
      #expect(error < Self.tolerance, "\(golden.shape) from \(old) to \(new), order \(golden.order)")
    }
  }

  @Test func theFieldOfViewStaysFromEdgeToEdge() {
    let grid = Grid(shape: [5, 7, 3], affine: Affine(x: [0.9, 0, 0], y: [0, 0, 1.1], z: [0, -4, 0], origin: [3, -2, 8]))
    let other = grid.resized(to: [10, 4, 6])
    #expect((other.center - grid.center).length < 1e-12)
    for corner in [SIMD3<Double>(0, 0, 0), [1, 1, 1], [1, 0, 1]] {
      let a = grid.world(corner * SIMD3<Double>(grid.shape) - 0.5)
      let b = other.world(corner * SIMD3<Double>(other.shape) - 0.5)
      #expect((a - b).length < 1e-12)
    }
  }

  @Test func thereAndBackKeepsASmoothImage() throws {
    let grid = Grid(shape: [24, 20, 16], affine: Affine(x: [-0.8, 0, 0], y: [0, 0, -0.9], z: [0, 1, 0], origin: [10, 0, 4]))
    var image = Volume(repeating: 0, grid: grid)
    for z in 0..<16 {
      for y in 0..<20 { for x in 0..<24 { image[x, y, z] = Float(sin(Double(x) / 5) + cos(Double(y) / 4) + Double(z) / 9) } }
    }
    for (orientation, spacing) in [(Orientation(towards: "LAS"), SIMD3(0.7, 0.7, 0.7)), (nil, SIMD3(0.9, 1.1, 0.8))] {
      var preprocessing = Preprocessing(orientation: orientation, spacing: spacing)
      preprocessing.resampling = .spline
      preprocessing.normalization = .none
      let field = preprocessing.field(of: image)
      let back = preprocessing.restored(try preprocessing(field), to: field.grid).resampled(onto: grid)
      #expect(zip(back.voxels, image.voxels).allSatisfy { abs($0 - $1) < 0.1 })
    }
  }
}

@Suite struct NormalizationTests {
  /// A bright shell around an empty hole, in an empty surrounding.
  static let shell: Volume = {
    let grid = Grid(shape: [9, 8, 7], affine: .identity)
    var volume = Volume(repeating: 0, grid: grid)
    for z in 1...5 { for y in 1...5 { for x in 2...6 { volume[x, y, z] = Float(10 + x + y + z) } } }
    for z in 3...3 { for y in 3...3 { for x in 4...4 { volume[x, y, z] = 0 } } }
    return volume
  }()

  static func moments(_ values: [Float]) -> (mean: Float, deviation: Float) {
    let mean = values.reduce(0, +) / Float(values.count)
    return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot())
  }

  @Test func holesBelongToTheForeground() throws {
    let inside = Self.shell.filledForeground
    #expect(inside.filter { $0 }.count == 125)
    #expect(inside[Self.shell.grid.offset(4, 3, 3)])
    let normal = try Normalization.foreground(Self.shell)
    let (mean, deviation) = Self.moments(zip(normal.voxels, inside).filter { $0.1 }.map(\.0))
    #expect(abs(mean) < 1e-5 && abs(deviation - 1) < 1e-5)
    #expect(zip(normal.voxels, inside).allSatisfy { $0.1 || $0.0 == 0 })
  }

  @Test func emptyRimsAreCutOff() {
    var preprocessing = Preprocessing(orientation: nil, spacing: [1, 1, 1])
    #expect(preprocessing.field(of: Self.shell).grid == Self.shell.grid)
    preprocessing.cropsEmptyRims = true
    let field = preprocessing.field(of: Self.shell)
    #expect(field.grid.shape == [5, 5, 5])
    #expect(field.grid.affine.origin == [2, 1, 1])
    #expect(field[0, 0, 0] == 14)
  }

  @Test func eachSchemeDoesWhatItSays() throws {
    let image = Self.shell
    let (mean, deviation) = Self.moments(try Normalization.image(image).voxels)
    #expect(abs(mean) < 1e-5 && abs(deviation - 1) < 1e-5)
    let fixed = try Normalization.fixed(lower: 5, upper: 15, mean: 10, deviation: 2)(image)
    #expect(fixed.voxels.min() == -2.5 && fixed.voxels.max() == 2.5)
    let extremes = try Normalization.extremes(image)
    #expect(extremes.voxels.min() == 0 && extremes.voxels.max() == 1)
    #expect(try Normalization.none(image).voxels == image.voxels)
    let empty = Volume(repeating: 3, grid: image.grid)
    for scheme in [Normalization.image, .extremes] { #expect(throws: PreprocessingError.self) { try scheme(empty) } }
  }

  @Test func theFieldOfViewIsCentral() throws {
    var preprocessing = Preprocessing(orientation: nil, spacing: [1, 1, 1])
    preprocessing.normalization = .windows
    preprocessing.fieldOfView = [5, 12, 0]
    let prepared = try preprocessing(Self.shell)
    #expect(prepared.grid.shape == [5, 12, 7])
    #expect((prepared.grid.center - Self.shell.grid.center).length < 1e-9)
    // Two voxels of nothing in front, none cut from the image's own.
    #expect(prepared[0, 3, 1] == Self.shell[2, 1, 1])
  }

  /// A description written before these keys existed still means what it meant.
  @Test func olderDescriptionsKeepTheirMeaning() throws {
    let old = #"{"clip":{"lower":0.001,"upper":0.998},"orientation":"RAS","spacing":[0.75,0.75,1.5]}"#
    #expect(try JSONDecoder().decode(Preprocessing.self, from: Data(old.utf8)) == Preprocessing(spacing: [0.75, 0.75, 1.5]))
    var all = Preprocessing(orientation: nil, spacing: [1, 2, 3])
    (all.normalization, all.resampling, all.cropsEmptyRims) = (.fixed(lower: 1, upper: 2, mean: 3, deviation: 4), .spline, true)
    all.fieldOfView = [64, 192, 0]
    #expect(try JSONDecoder().decode(Preprocessing.self, from: JSONEncoder().encode(all)) == all)
  }
}
