import Foundation
import Testing
import Volumes

@testable import Morphometry

/// What must not change a measure, and what must not be measured.
struct LawTests {
  static let grid = Phantom.grid([19, 13, 8], spacing: [1, 1.1, 1.7])
  static let mask = Phantom.cylinder(
    on: grid, through: [0.3, -0.2, 0.1], direction: Phantom.direction(ap: 12, rl: -5))
  /// Sums in another order differ in the last bits.
  static let roundoff = 1e-9
  /// A sharp edge looks softer than it is by up to 0.01 mm² of variance; this is taken off, but not where the whole mask is soft. A diameter of
  /// 8 mm changes by as many mm.
  static let softness = 0.01

  static var orientations: [Orientation] {
    var letters: [String] = []
    for a in ["R", "L"] {
      for b in ["A", "P"] {
        for c in ["S", "I"] {
          letters += [a + b + c, a + c + b, b + a + c, b + c + a, c + a + b, c + b + a]
        }
      }
    }
    return letters.compactMap { Orientation(towards: $0) }
  }

  @Test func storageDoesNotMatter() throws {
    let expected = try Morphometry.measure(mask: Self.mask)
    #expect(Self.orientations.count == 48)
    for orientation in Self.orientations {
      let stored = Self.mask.reoriented(to: orientation)
      let found = try Morphometry.measure(mask: stored)
      #expect(found.map(\.slice) == Array(expected.indices))
      let descends = orientation.axes.contains { $0.axis == 2 && $0.sign < 0 }
      for (a, b) in zip(expected, descends ? Array(found.reversed()) : Array(found)) {
        let (a, b) = (try #require(a.section), try #require(b.section))
        #expect(abs(a.area - b.area) < Self.roundoff)
        #expect(abs(a.apDiameter - b.apDiameter) < Self.roundoff && abs(a.rlDiameter - b.rlDiameter) < Self.roundoff)
        #expect(abs(a.apAngle - b.apAngle) < Self.roundoff && abs(a.rlAngle - b.rlAngle) < Self.roundoff)
        #expect((a.center - b.center).length < Self.roundoff)
      }
    }
  }

  @Test func centerlineSpeaksOfTheMasksOwnSlices() throws {
    let stored = Self.mask.reoriented(to: Orientation(towards: "IRP")!)
    let (a, b) = (try Centerline(of: Self.mask), try Centerline(of: stored))
    #expect(b.slicing.axis == 0 && b.slicing.descends && b.slices == 0...7)
    #expect((a.position(atSlice: 2.3) - b.position(atSlice: 7 - 2.3)).length < Self.roundoff)
    #expect((a.tangent(atSlice: 2.3) - b.tangent(atSlice: 7 - 2.3)).length < Self.roundoff)
    #expect(abs(a.tangent(atSlice: 2.3).dot(Phantom.direction(ap: 12, rl: -5)) - 1) < 1e-4)
  }

  @Test func obliqueGridMeasuresTheSame() throws {
    // The head turned within the scanner: grid and cord together.
    let turned = Grid(shape: Self.grid.shape, affine: rotation.after(Self.grid.affine))
    let expected = try Morphometry.measure(mask: Self.mask)
    let found = try Morphometry.measure(mask: Volume(voxels: Self.mask.voxels, grid: turned))
    for (a, b) in zip(expected, found) {
      let (a, b) = (try #require(a.section), try #require(b.section))
      #expect(abs(a.area - b.area) < Self.roundoff && abs(a.apDiameter - b.apDiameter) < Self.roundoff)
      #expect((rotation(a.center) - b.center).length < Self.roundoff)
    }
  }

  /// 20° about the axis (1, 2, 2)/3.
  private var rotation: Affine {
    let (axis, angle) = (SIMD3(1.0, 2, 2) / 3, 20 * Double.pi / 180)
    func turn(_ v: SIMD3<Double>) -> SIMD3<Double> {
      v * cos(angle) + axis.cross(v) * sin(angle) + axis * axis.dot(v) * (1 - cos(angle))
    }
    return Affine(x: turn([1, 0, 0]), y: turn([0, 1, 0]), z: turn([0, 0, 1]), origin: [3, -40, 12])
  }

  @Test func occupancyIsNeverStretched() throws {
    let expected = try Morphometry.measure(mask: Self.mask)
    let found = try Morphometry.measure(mask: Self.mask.map { 0.6 * $0 })
    for (a, b) in zip(expected, found) {
      let (a, b) = (try #require(a.section), try #require(b.section))
      #expect(abs(0.6 * a.area - b.area) < 1e-4)  // single-precision voxels
      #expect(abs(a[.apDiameterEllipse]!.value - b[.apDiameterEllipse]!.value) < Self.softness)
    }
  }

  @Test func islandsAndFaintTailsDoNotCount() throws {
    let grid = Phantom.grid([60, 30, 30], spacing: [1, 1, 1])
    let clean = Phantom.cylinder(on: grid, through: [-12, 0.4, 0], direction: Phantom.direction(ap: 10, rl: 0))
    var soiled = clean.map { max($0, 1e-16) }
    for z in 8..<14 {
      for y in 10..<16 { for x in 48..<56 { soiled[x, y, z] = 1 } }
    }
    // Small and near: beside the cord, not touching it.
    for z in 20..<23 { for x in 28..<31 { soiled[x, 15, z] = 0.8 } }
    let (found, expected) = (try Morphometry.measure(mask: soiled), try Morphometry.measure(mask: clean))
    #expect(found.map(\.section) == expected.map(\.section))
    #expect(found.filter { $0.flags.contains(.otherObject) }.map(\.slice) == Array(8..<14) + Array(20..<23))
  }

  @Test func piecesOfOneCordAllCount() throws {
    let grid = Phantom.grid([24, 24, 50], spacing: [1, 1, 1])
    var mask = Phantom.cylinder(on: grid, through: [0, 0, 0], direction: Phantom.direction(ap: 10, rl: 0))
    for z in 18..<27 { for y in 0..<24 { for x in 0..<24 { mask[x, y, z] = 0 } } }
    let measurements = try Morphometry.measure(mask: mask)
    #expect(measurements.filter { $0.section == nil }.map(\.slice) == Array(18..<27))
    #expect(abs(try #require(measurements.summary()).area.mean / Phantom.area - 1) < CylinderTests.areaTolerance)
  }

  @Test func binaryMasksAreSamples() throws {
    // Thick slices and a tilt: a binary voxel tells of its center's plane, so nothing is taken off for the thickness.
    let grid = Phantom.grid([60, 60, 9], spacing: [0.5, 0.5, 5])
    let mask = Phantom.cylinder(on: grid, through: [0.1, 0.1, 0], direction: Phantom.direction(ap: 20, rl: 0))
    let summary = try #require(Morphometry.measure(mask: mask.binarized(above: 0.5)).summary(over: 2...6))
    #expect(abs(summary.apDiameter.mean / (2 * Phantom.halfAP) - 1) < CylinderTests.diameterTolerance)
    #expect(abs(summary.rlDiameter.mean / (2 * Phantom.halfRL) - 1) < CylinderTests.diameterTolerance)
  }

  @Test func masksThatCannotBeMeasured() {
    let empty = Volume(repeating: 0, grid: Self.grid)
    #expect(throws: MorphometryError.emptyMask) { try Morphometry.measure(mask: empty) }
    // A scan, or a mask of everything, is no cord: refused before memory is spent on its voxels.
    let everything = Volume(repeating: 0.5, grid: Grid(shape: [100, 100, 100], affine: Affine(spacing: [1, 1, 1])))
    #expect(throws: MorphometryError.tooLarge(volume: 1_000_000, limit: 500_000)) { try Morphometry.measure(mask: everything) }
    var short = empty
    for z in 4..<6 { short[10, 6, z] = 1 }
    #expect(throws: Never.self) { try Morphometry.measure(mask: short) }
    #expect(throws: MorphometryError.notOccupancy(minimum: 0, maximum: 255)) {
      try Morphometry.measure(mask: Self.mask.map { ($0 * 255).rounded() })
    }
    #expect(throws: MorphometryError.self) { try Morphometry.measure(mask: Self.mask.map { _ in .nan }) }
  }
}
