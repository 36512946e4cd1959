import Foundation
import Testing
import Volumes

@testable import Morphometry

/// Straight cords of known area, on the grids that scanners make.
struct CylinderTests {
  /// Partial volume is counted exactly along x and on 8 lines per voxel, which leaves 0.1 %.
  static let areaTolerance = 0.002
  /// At its ends an arc of 20° to each side departs from what the smoothing keeps.
  static let bendTolerance = 0.005
  static let diameterTolerance = 0.02
  /// The centerline of a straight cord is straight but for the samples' noise, rad.
  static let angleTolerance = 0.01

  static let grids = [
    Phantom.grid([30, 26, 24], spacing: [1, 1, 1]), Phantom.grid([60, 58, 7], spacing: [0.5, 0.5, 5]),
    Phantom.grid([34, 28, 24], spacing: [0.8, 0.8, 0.8]),
  ]
  static let tilts: [(ap: Double, rl: Double)] = [(0, 0), (10, 0), (20, 0), (30, 0), (0, 10), (0, 20), (0, 30), (20, -20)]

  @Test(arguments: grids.indices, tilts.indices)
  func measuresAreTrue(gridIndex: Int, tiltIndex: Int) throws {
    let (grid, tilt) = (Self.grids[gridIndex], Self.tilts[tiltIndex])
    let direction = Phantom.direction(ap: tilt.ap, rl: tilt.rl)
    let mask = Phantom.cylinder(on: grid, through: [0.3, -0.2, 0.1], direction: direction)
    let measurements = try Morphometry.measure(mask: mask)
    #expect(measurements.map(\.slice) == Array(0..<grid.shape.z))
    for measurement in measurements {
      let section = try #require(measurement.section)
      if measurement.flags.contains(.cutAtSide) { continue }
      #expect(abs(section.area / Phantom.area - 1) < Self.areaTolerance, "slice \(measurement.slice)")
      #expect(abs(section.rlDiameter / (2 * Phantom.halfRL) - 1) < Self.diameterTolerance)
      #expect(abs(section.apDiameter / (2 * Phantom.halfAP) - 1) < Self.diameterTolerance)
      #expect(abs(section.apAngle - tilt.ap * .pi / 180) < Self.angleTolerance)
      #expect(abs(section.rlAngle - tilt.rl * .pi / 180) < Self.angleTolerance)
    }
    #expect(measurements.filter { !$0.flags.contains(.cutAtSide) }.count > grid.shape.z / 2)
    let ends = measurements.filter(\.isCutByFieldOfView).map(\.slice)
    #expect(ends == [0, grid.shape.z - 1])
  }

  @Test func summaryIsThatOfACylinder() throws {
    let grid = Phantom.grid([30, 26, 20], spacing: [1, 1, 1])
    let direction = Phantom.direction(ap: 20, rl: 0)
    let measurements = try Morphometry.measure(mask: Phantom.cylinder(on: grid, through: .zero, direction: direction))
    let summary = try #require(measurements.summary(over: 5...14))
    let length = 10 / direction.z
    #expect(summary.slices.count == 10)
    #expect(abs(summary.area.mean / Phantom.area - 1) < Self.areaTolerance)
    #expect(try #require(summary.area.standardDeviation) < Self.areaTolerance * Phantom.area)
    #expect(abs(summary.length / length - 1) < 1e-3)
    #expect(abs(summary.volume / (Phantom.area * length) - 1) < Self.areaTolerance)
    #expect(measurements.summary(over: 40...50) == nil)
    #expect(measurements.summary(over: 5...5)?.area.standardDeviation == nil)
  }

  @Test func bentCordKeepsItsArea() throws {
    let grid = Phantom.grid([20, 26, 70], spacing: [1, 1, 1])
    let mask = Phantom.arc(on: grid, through: [0.2, -4.1, 0], radius: 100)
    let measurements = try Morphometry.measure(mask: mask)
    for measurement in measurements {
      let section = try #require(measurement.section)
      #expect(abs(section.area / Phantom.area - 1) < Self.bendTolerance, "slice \(measurement.slice)")
      let angle = asin((Double(measurement.slice) - 34.5) / 100)
      #expect(abs(section.apAngle - angle) < Self.angleTolerance, "slice \(measurement.slice)")
    }
  }
}
