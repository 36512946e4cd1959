import Foundation
import Testing
import Volumes

@testable import Registration

@Suite struct RegistrationTests {
  /// A straight cord of known axis, leaning by `lean` mm to the front per mm.
  static func mask(spacing: SIMD3<Double>, lean: Double = 0, shift: (Int) -> Double = { _ in 0 }) -> Volume {
    let shape = SIMD3<Int>(Int(40 / spacing.x), Int(40 / spacing.y), Int(60 / spacing.z))
    var mask = Volume(repeating: 0, grid: Grid(shape: shape, affine: Affine(spacing: spacing, origin: [-20, -20, 0])))
    for z in 0..<shape.z {
      for y in 0..<shape.y {
        for x in 0..<shape.x {
          let p = mask.grid.world(SIMD3(Double(x), Double(y), Double(z)))
          let (u, v) = ((p.x - shift(z)) / 6, (p.y - lean * p.z) / 4)
          if u * u + v * v < 1 { mask[x, y, z] = 1 }
        }
      }
    }
    return mask
  }

  /// Half a voxel of the grids used here.
  static let tolerance = 0.25

  @Test func theAxisFollowsALeaningCord() throws {
    let axis = try #require(CordCourse(through: MaskSlice.all(of: Self.mask(spacing: [0.5, 0.5, 1], lean: 0.1))))
    let place = axis.foot(of: [0, 3, 30])
    #expect((axis(place).center - SIMD3(0, 3, 30)).length < Self.tolerance)
    #expect(abs(axis(place).tangent.y / axis(place).tangent.z - 0.1) < 0.01)
    #expect(axis(place).front.y > 0.9 && axis(place).right.x > 0.99)
  }

  @Test func slicesThatJumpedAreBroughtBack() throws {
    let axis = try #require(CordCourse(through: MaskSlice.all(of: Self.mask(spacing: [0.5, 0.5, 1]))))
    let moved = Self.mask(spacing: [0.5, 0.5, 5]) { $0 == 6 ? 2 : 0.5 }
    let registration = CordRegistration(slices: MaskSlice.all(of: moved), grid: moved.grid, moving: nil, axis: axis, fixed: nil)
    for slice in MaskSlice.all(of: moved) {
      let put = registration.alignment.affine(slice: slice.slice)(slice.center)
      #expect(abs(put.x) < Self.tolerance)
    }
    #expect(registration.steps[6]! > 1.2)
  }

  @Test func grayLevelsTellTheShiftAlongTheCord() throws {
    // A pattern that changes in every direction; the other image shows it in other gray levels.
    func image(_ shift: SIMD3<Double>, _ gray: (Double) -> Double) -> Volume {
      var image = Volume(repeating: 0, grid: Grid(shape: [40, 40, 40], affine: Affine(spacing: [1.5, 1.5, 1.5], origin: [-30, -30, 0])))
      for i in 0..<image.grid.count {
        let p = image.grid.world(SIMD3(Double(i % 40), Double(i / 40 % 40), Double(i / 1600))) - shift
        image.voxels[i] = Float(gray(sin(p.x / 4) + sin(p.y / 5 + 1) + cos(p.z / 4 + p.x / 9)))
      }
      return image
    }
    let shift = SIMD3(1.0, -0.6, 2.2)
    let (fixed, moving) = (image(.zero) { $0 }, image(shift) { 3 - $0 * $0 * $0 })
    let centers = Dictionary(uniqueKeysWithValues: (0..<40).map { ($0, SIMD3(0, 0, Double($0) * 1.5)) })
    let comparison = try #require(MutualInformation(moving: moving, fixed: fixed, centers: centers, radius: 25))
    let found = try #require(RigidSearch.maximum(of: { comparison($0) }, from: RigidMotion(pivot: [0, 0, 30])))
    #expect((found.motion.affine([0, 0, 30]) - (SIMD3(0, 0, 30) - shift)).length < Self.tolerance)
  }

  @Test func aMotionUndoesItself() {
    let motion = RigidMotion(rotation: [0.1, -0.2, 0.05], translation: [3, 2, 1], pivot: [10, 20, 30])
    let point = SIMD3(7.0, -4, 12)
    #expect((motion.affine.inverse(motion.affine(point)) - point).length < 1e-9)
    #expect((motion.affine(motion.pivot) - motion.pivot - motion.translation).length < 1e-9)
  }
}
