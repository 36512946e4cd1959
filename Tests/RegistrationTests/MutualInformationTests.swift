import Foundation
import Numerics
import Testing
import Volumes

@testable import Registration

/// What mutual information is by its definition.
@Suite struct MutualInformationTests {
  static let shape = SIMD3(40, 40, 40)
  static let grid = Grid(shape: shape, affine: Affine(spacing: [1.5, 1.5, 1.5], origin: [-30, -30, 0]))
  static let centers = Dictionary(uniqueKeysWithValues: (0..<40).map { ($0, SIMD3(0, 0, Double($0) * 1.5)) })
  /// Rounding, and what lies beyond the first and the last percent of gray levels, which share a bin.
  private static let rounding = 0.01

  /// A smooth pattern without symmetry.
  static func image(_ gray: (Double) -> Double = { $0 }) -> Volume {
    var image = Volume(repeating: 0, grid: grid)
    for i in 0..<grid.count {
      let p = grid.world(SIMD3(Double(i % 40), Double(i / 40 % 40), Double(i / 1600)))
      image.voxels[i] = Float(gray(sin(p.x / 4) + sin(p.y / 5 + 1) + cos(p.z / 4 + p.x / 9)))
    }
    return image
  }

  static func noise(_ seed: UInt64) -> Volume {
    var generator = Generator(seed: seed)
    return image().map { _ in Float(generator.normal()) }
  }

  static func information(_ moving: Volume, _ fixed: Volume, _ motion: RigidMotion = RigidMotion()) throws -> Double {
    let comparison = try #require(MutualInformation(moving: moving, fixed: fixed, centers: centers, radius: 25))
    return try #require(comparison(motion.affine))
  }

  @Test func isSymmetric() throws {
    let (a, b) = (Self.image(), zip(Self.image().voxels, Self.noise(1).voxels).map { $0 + 0.5 * $1 })
    let other = Volume(voxels: b, grid: Self.grid)
    #expect(abs(try Self.information(a, other) - Self.information(other, a)) < Self.rounding)
  }

  /// Two images that have nothing to do with each other: what remains is the bias of counting, (bins − 1)² / 2 n for n voxels.
  @Test func isNextToNothingForIndependentImages() throws {
    let bias = 31.0 * 31 / (2 * 16_000)
    let found = try Self.information(Self.noise(1), Self.noise(2))
    #expect(found >= 0 && found < 1.5 * bias)
  }

  /// Gray levels are only names: scaled, shifted or reversed they tell as much.
  @Test func doesNotDependOnHowGrayLevelsAreNamed() throws {
    let (a, b) = (Self.image(), Self.image { $0 * $0 })
    let own = try Self.information(a, b)
    for named in [Self.image { 300 * $0 + 1000 }, Self.image { 5 - 2 * $0 }] {
      #expect(abs(try Self.information(named, b) - own) < Self.rounding)
    }
  }

  /// Nothing tells more of an image than the image itself, and where it lies.
  @Test func isLargestForTheImageItselfWhereItLies() throws {
    let (a, b) = (Self.image(), Self.image { 3 - $0 * $0 * $0 })
    #expect(try Self.information(a, a) + Self.rounding > Self.information(a, b))
    let own = try Self.information(a, b)
    for direction in [SIMD3(1.0, 0, 0), [0, 1, 0], [0, 0, 1], [-1, 0, 0], [0, -1, 0], [0, 0, -1]] {
      var before = own
      // It falls on the way.
      for distance in [0.75, 1.5, 3] {
        let moved = try Self.information(a, b, RigidMotion(translation: distance * direction))
        #expect(moved < before)
        before = moved
      }
      #expect(try Self.information(a, b, RigidMotion(rotation: 0.1 * direction, pivot: [0, 0, 30])) < own)
    }
  }

  @Test func isNotKnownWhereImagesHardlyOverlap() throws {
    let comparison = try #require(MutualInformation(moving: Self.image(), fixed: Self.image(), centers: Self.centers, radius: 25))
    #expect(comparison(RigidMotion(translation: [0, 0, 45]).affine) == nil)
    #expect(MutualInformation(moving: Self.image { _ in 1 }, fixed: Self.image(), centers: Self.centers, radius: 25) == nil)
  }

  /// A motion that is known, turns and shifts, is found again.
  @Test(arguments: [1, 2, 3]) func findsAKnownMotion(seed: UInt64) throws {
    var generator = Generator(seed: seed)
    func vector(_ size: Double) -> SIMD3<Double> {
      [generator.uniform(-size, size), generator.uniform(-size, size), generator.uniform(-size, size)]
    }
    let truth = RigidMotion(rotation: vector(0.06), translation: vector(2), pivot: [0, 0, 30])
    let fixed = Self.image()
    // What the moving image shows at p lies at truth(p) in the fixed one.
    var moving = Volume(repeating: 0, grid: Self.grid)
    for i in 0..<Self.grid.count {
      let p = truth.affine(Self.grid.world(SIMD3(Double(i % 40), Double(i / 40 % 40), Double(i / 1600))))
      moving.voxels[i] = Float(2 - pow(sin(p.x / 4) + sin(p.y / 5 + 1) + cos(p.z / 4 + p.x / 9), 3))
    }
    let comparison = try #require(MutualInformation(moving: moving, fixed: fixed, centers: Self.centers, radius: 25))
    let found = try #require(RigidSearch.maximum(of: { comparison($0) }, from: RigidMotion(pivot: [0, 0, 30])))
    for point in [SIMD3(0.0, 0, 30), [0, 0, 10], [0, 0, 50], [12, 0, 30], [0, -12, 30]] {
      #expect((found.motion.affine(point) - truth.affine(point)).length < RegistrationTests.tolerance)
    }
  }
}
