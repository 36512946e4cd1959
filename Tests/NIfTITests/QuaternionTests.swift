import Foundation
import Testing
import Volumes

@testable import NIfTI

@Suite struct QuaternionTests {
  /// What single precision leaves of a rotation, except near half turns.
  static let tolerance = 1e-6
  /// The format's limit near half turns: a = √(1 − b² − c² − d²) of single-precision numbers.
  static let halfTurnTolerance = 4e-4

  static func random(_ random: inout Seeded, angle: ClosedRange<Double>) -> Affine {
    var axis = SIMD3<Double>.zero
    while axis.length < 0.1 { axis = SIMD3.random(in: -1...1, using: &random) }
    axis = axis.normalized
    let half = Double.random(in: angle, using: &random) / 2
    let q = Quaternion(stored: axis * sin(half))!
    return Affine(x: q.axes.x, y: q.axes.y, z: q.axes.z, origin: .zero)
  }

  static func readBack(_ affine: Affine) -> Affine {
    let axes = Quaternion(stored: Quaternion(nearestTo: (affine.x, affine.y, affine.z)).roundedToSingle)!.axes
    return Affine(x: axes.x, y: axes.y, z: axes.z, origin: .zero)
  }

  @Test func rotationsComeBack() {
    var generator = Seeded(state: 7)
    for _ in 0..<2000 {
      let rotation = Self.random(&generator, angle: 0...3.0)
      #expect(Self.readBack(rotation).difference(to: rotation) <= Self.tolerance * 4)
    }
  }

  @Test func halfTurnsComeBack() {
    var generator = Seeded(state: 8)
    var worst = 0.0
    for _ in 0..<2000 {
      let rotation = Self.random(&generator, angle: 3.1...3.14159)
      worst = max(worst, Self.readBack(rotation).difference(to: rotation))
    }
    #expect(worst <= Self.halfTurnTolerance)
    for axis in [SIMD3<Double>(1, 0, 0), [0, 1, 0], [0, 0, 1]] {
      let turned = Affine(x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1], origin: .zero)
      let half = Affine(
        x: 2 * axis * axis.x - turned.x, y: 2 * axis * axis.y - turned.y, z: 2 * axis * axis.z - turned.z, origin: .zero)
      #expect(Self.readBack(half).difference(to: half) == 0)
    }
  }

  @Test func nearestRotationOfAShear() {
    // A symmetric stretch leaves the polar rotation alone: here none.
    let q = Quaternion(nearestTo: ([1, 0.1, 0], [0.1, 1, 0], [0, 0, 1]))
    #expect(abs(q.a - 1) < 1e-12 && abs(q.d) < 1e-12)
  }

  @Test func longQuaternionsAreRefused() {
    #expect(Quaternion(stored: [1, 1, 0]) == nil)
    #expect(Quaternion(stored: [.nan, 0, 0]) == nil)
    #expect(Quaternion(stored: [1.0000001, 0, 0])?.a == 0)
  }
}
