import Foundation
import Testing
import Volumes

@testable import Morphometry

/// A cord of 6 mm radius along a quarter of a circle that leans forwards, and points beside it.
private struct Arc {
  static let radius = 60.0
  let mask: Volume

  init() {
    let grid = Grid(shape: [20, 60, 64], affine: Affine(spacing: .one, origin: [-9.5, -20, -31.5]))
    var mask = Volume(repeating: 0, grid: grid)
    for offset in mask.voxels.indices {
      let index = SIMD3(offset % 20, offset / 20 % 60, offset / 1200)
      let point = grid.world(SIMD3<Double>(index))
      let distance = hypot(point.x, hypot(point.y - Self.radius, point.z) - Self.radius)
      mask.voxels[offset] = Float(min(max(6.5 - distance, 0), 1))
    }
    self.mask = mask
  }

  /// A point at an angle from the middle, positive towards the head, `front` mm in front of the cord.
  func point(_ angle: Double, front: Double = 0, right: Double = 0) -> SIMD3<Double> {
    [right, Self.radius - (Self.radius - front) * cos(angle), (Self.radius - front) * sin(angle)]
  }
}

@Suite struct CordAxisTests {
  @Test func placesAreLengthsAlongTheCord() throws {
    let arc = Arc()
    let axis = CordAxis(try Morphometry.measure(mask: arc.mask).centerline)
    // The whole field of view: both ends are 32 mm above and below the middle.
    let whole = Arc.radius * 2 * asin(32 / Arc.radius)
    #expect(axis.extent.lowerBound == 0)
    #expect(abs(axis.extent.upperBound - whole) < 0.4)
    for angle in stride(from: -0.4, through: 0.4, by: 0.1) {
      for (front, right) in [(0.0, 0.0), (12, 0), (-8, 3)] {
        let foot = axis.foot(of: arc.point(angle, front: front, right: right))
        #expect(abs(foot.place - (whole / 2 - Arc.radius * angle)) < 0.3, "\(angle) \(front)")
        #expect(abs(foot.distance - hypot(front, right)) < 0.2)
      }
      let place = whole / 2 - Arc.radius * angle
      #expect(abs(axis.place(atSlice: axis.slice(at: place)) - place) < 1e-9)
    }
  }

  @Test func slicesFillAPieceWithoutGapOrOverlap() throws {
    let axis = CordAxis(try Morphometry.measure(mask: Arc().mask).centerline)
    for piece in [3.3...20.7, 10.0...10.2, 0...axis.extent.upperBound, -30...5.5] {
      let lengths = axis.slices(of: piece)
      let inside = piece.clamped(to: axis.extent)
      #expect(abs(lengths.reduce(0) { $0 + $1.length } - (inside.upperBound - inside.lowerBound)) < 1e-6)
      #expect(Set(lengths.map(\.slice)).count == lengths.count)
      #expect(lengths.allSatisfy { $0.length <= axis.length(ofSlice: $0.slice) + 1e-9 })
    }
    #expect(axis.slices(of: 500...510).isEmpty)
  }

  @Test func theOrderOfSlicesInTheFileDoesNotMatter() throws {
    let mask = Arc().mask
    let (up, down) = (mask, mask.reoriented(to: Orientation(towards: "LPI")!))
    let axes = try [up, down].map { CordAxis(try Morphometry.measure(mask: $0).centerline) }
    #expect(abs(axes[0].extent.upperBound - axes[1].extent.upperBound) < 1e-6)
    let point = Arc().point(0.2, front: 9)
    #expect(abs(axes[0].foot(of: point).place - axes[1].foot(of: point).place) < 1e-6)
    #expect(axes[0].slices(of: 10...12).map(\.slice).sorted() == axes[1].slices(of: 10...12).map { 63 - $0.slice }.sorted())
  }
}

@Suite struct LevelMapTests {
  let map = LevelMap(discs: [(2, 10), (3, 25), (5, 55), (6, 70)], openEnds: -5...85, tolerance: 1)

  @Test func levelsLieBetweenTheirDiscs() {
    #expect(map.level(at: 12) == 2 && map.level(at: 60) == 5)
    #expect(map.level(at: 30) == nil)  // C3 or C4: disc 4 is missing
    #expect(map.level(at: 0) == 1 && map.level(at: 80) == 6)
    #expect(map.level(at: -6) == nil && map.level(at: 90) == nil)
    #expect(map.piece(ofLevels: 2...2, within: 0...100) == LevelMap.Piece(places: 10...25, isComplete: true))
    #expect(map.piece(ofLevels: 3...3, within: 0...100) == nil)
    #expect(map.piece(ofLevels: 3...4, within: 0...100) == LevelMap.Piece(places: 25...55, isComplete: true))
    #expect(map.piece(ofLevels: 6...6, within: 0...100) == LevelMap.Piece(places: 70...85, isComplete: false))
    #expect(map.piece(ofLevels: 7...7, within: 0...100) == nil)
    #expect(map.levels(within: 0...100) == [1, 2, 3, 4, 5, 6])
    #expect(map.levels(within: 30...60) == [3, 4, 5])
  }

  @Test func levelsThatTheCordDoesNotFillAreIncomplete() {
    #expect(map.piece(ofLevels: 2...2, within: 15...100) == LevelMap.Piece(places: 15...25, isComplete: false))
    #expect(map.piece(ofLevels: 2...2, within: 10.5...100)?.isComplete == true)  // within a label's voxel
    #expect(map.piece(ofLevels: 2...2, within: 30...100) == nil)
  }

  @Test func bordersOfAMaskLeaveTheFewestVoxelsOnTheWrongSide() {
    #expect(LevelMap.border(between: [1, 2, 3], and: [5, 6]) == 4)
    // One stray voxel of each: anywhere from 3 to 6 two are wrong.
    #expect(LevelMap.border(between: [1, 2, 3, 4, 9], and: [3.5, 6, 7, 8, 10]) == 4.5)
  }

  @Test func numberingsAreToldApart() {
    #expect(LabelNumbering.told(by: [2, 3, 4, 50]) == .sct)
    #expect(LabelNumbering.told(by: [1, 2, 50, 63, 64, 71]) == .totalspineseg)
    #expect(LabelNumbering.told(by: [11, 12, 13]) == nil)
    #expect(LabelNumbering.told(by: [12, 13, 14, 15, 16, 17, 21, 22]) == .totalspineseg)
    #expect(LabelNumbering.told(by: Set(3...25)) == .sct)
    for numbering in LabelNumbering.allCases {
      let discs = (1...100).compactMap(numbering.disc)
      #expect(discs == Array(discs.first!...25))
      let vertebrae = (1...100).compactMap(numbering.vertebra)
      #expect(Array(vertebrae.prefix(24)) == Array(1...24))
    }
  }

  @Test func levelsHaveNames() {
    for level in 1...25 { #expect(LabelNumbering.level(named: LabelNumbering.name(ofLevel: level)) == level) }
    #expect(LabelNumbering.level(named: "t1") == 8 && LabelNumbering.level(named: "L5") == 24 && LabelNumbering.level(named: "C9") == nil)
  }

  @Test func everyFlagIsExplained() {
    #expect(Set(Flags.all.map(\.name)) == Set(Flags.meanings.keys))
  }
}

@Suite struct CompressionTests {
  /// A straight cord of 10 mm that is 8 mm wide from front to back in its middle.
  @Test func aNarrowPlaceIsComparedWithTheCordAboveAndBelow() throws {
    let grid = Grid(shape: [20, 20, 90], affine: Affine(spacing: .one, origin: [-9.5, -9.5, 0]))
    var mask = Volume(repeating: 0, grid: grid)
    for z in 0..<90 {
      let half = (40..<50).contains(z) ? 4.0 : 5
      for y in 0..<20 {
        for x in 0..<20 {
          let point = grid.world(SIMD3(Double(x), Double(y), Double(z)))
          mask[x, y, z] = Float(min(max((1 - hypot(point.x / 5, point.y / half)) * half + 0.5, 0), 1))
        }
      }
    }
    let measured = try Morphometry.measure(mask: mask)
    let axis = CordAxis(measured.centerline)
    let place = axis.place(atSlice: 44.5)
    let value = try #require(measured.summary(of: place - 3...place + 3, on: axis)?[.apDiameter])
    let ratio = try #require(measured.compression(of: value, at: place, metric: .apDiameter, on: axis))
    #expect(abs(ratio.value - 20) < 1)
    #expect(measured.compression(of: value, at: axis.place(atSlice: 70), metric: .apDiameter, on: axis) == nil)
    #expect(Estimate(20, standardError: 1).ratio(to: Estimate(100, standardError: 0))?.standardError == 0.01)
  }
}
