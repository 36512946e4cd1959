import Foundation
import Testing
import Volumes

@testable import Morphometry

/// Headers that call the wrong axis superior-inferior: the cord's own direction decides.
struct AxesTests {
  static let grid = Phantom.grid([40, 44, 60], spacing: [1, 1, 1])
  static let mask = Phantom.cylinder(on: grid, through: [0.3, -0.2, 0.1], direction: Phantom.direction(ap: 8, rl: -5))

  private func whole(_ found: CordMeasurements) -> [CrossSection] {
    found.filter { $0.flags.isDisjoint(with: [.cutAtSide, .endOfImage]) }.compactMap(\.section)
  }

  /// Every way to store the voxels, with a header that has forgotten which: sizes of voxels along the axes, and no direction.
  @Test(arguments: LawTests.orientations) func anIdentityHeader(orientation: Orientation) throws {
    let stored = Self.mask.reoriented(to: orientation)
    let nameless = Volume(voxels: stored.voxels, grid: Grid(shape: stored.grid.shape, affine: Affine(spacing: stored.grid.spacing)))
    let found = try Morphometry.measure(mask: nameless)
    let sections = whole(found)
    #expect(sections.count > 50)
    for section in sections {
      #expect(abs(section.area / Phantom.area - 1) < CylinderTests.areaTolerance)
      // Of three axes, the one along the cord and the flat one can be told.
      let isMisnamed = found.centerline.slicing.axis != 2
      let diameters = (section.apDiameter, section.rlDiameter)
      #expect(!isMisnamed || abs(diameters.0 / 8 - 1) < 0.02 && abs(diameters.1 / 13 - 1) < 0.02)
    }
    #expect(found.allSatisfy { $0.section == nil || $0.flags.contains(.axes) == (found.centerline.slicing.axis != 2) })
    #expect(found.allSatisfy { !$0.flags.contains(.steep) })
  }

  /// The header is turned, the person is not.
  @Test(arguments: [-60.0, -46, 46, 60]) func aPitchedHeader(degrees: Double) throws {
    let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    let turn = Affine(x: [1, 0, 0], y: [0, c, s], z: [0, -s, c], origin: .zero)
    let found = try Morphometry.measure(
      mask: Volume(voxels: Self.mask.voxels, grid: Grid(shape: Self.grid.shape, affine: turn.after(Self.grid.affine))))
    let sections = whole(found)
    #expect(sections.count > 50)
    for section in sections {
      #expect(abs(section.area / Phantom.area - 1) < CylinderTests.areaTolerance)
      #expect(abs(section.apDiameter / 8 - 1) < 0.02 && abs(section.rlDiameter / 13 - 1) < 0.02)
    }
    #expect(found.allSatisfy { !$0.flags.contains(.steep) })
  }

  /// Three thick slices, with the header turned by 60°: the cord goes on at both ends of one axis.
  @Test func aFewSlicesOfACordThatGoesOn() throws {
    let grid = Phantom.grid([30, 30, 3], spacing: [1, 1, 3])
    let mask = Phantom.cylinder(on: grid, through: .zero, direction: [0, 0, 1], fineness: 4)
    let (c, s) = (0.5, 0.75.squareRoot())
    let turn = Affine(x: [1, 0, 0], y: [0, c, s], z: [0, -s, c], origin: .zero)
    let turned = Volume(voxels: mask.voxels, grid: Grid(shape: grid.shape, affine: turn.after(grid.affine)))
    for section in try Morphometry.measure(mask: turned).map(\.section) {
      #expect(abs(try #require(section).area / Phantom.area - 1) < CylinderTests.areaTolerance)
    }
  }

  /// Five slices of a cord that leans by 52°, within the image: too short to show its direction, too steep for the header's.
  @Test func tooShortToTellIsRefused() throws {
    var mask = Phantom.cylinder(
      on: Phantom.grid([30, 60, 30], spacing: [1, 1, 1]), through: .zero, direction: Phantom.direction(ap: 52, rl: 0))
    for z in 0..<30 where !(12..<17).contains(z) { for y in 0..<60 { for x in 0..<30 { mask[x, y, z] = 0 } } }
    #expect { try Morphometry.measure(mask: mask) } throws: {
      if case MorphometryError.steep(let angle) = $0 { abs(angle * 180 / .pi - 52) < 3 } else { false }
    }
  }

  @Test func steepToAllAxesIsFlagged() throws {
    let grid = Phantom.grid([60, 60, 60], spacing: [1, 1, 1])
    let mask = Phantom.cylinder(on: grid, through: .zero, direction: SIMD3(1, 1, 1).normalized)
    let found = try Morphometry.measure(mask: mask)
    #expect(found.allSatisfy { $0.section == nil || $0.flags.contains(.steep) })
    #expect(try #require(found.summary()).flags.contains(.steep))
  }
}
