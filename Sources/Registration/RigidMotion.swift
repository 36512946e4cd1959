import Foundation
import Volumes

/// A turn and a shift: how a person moved between two scans.
public struct RigidMotion: Sendable, Hashable, Codable {
  /// Turn about the world's x, y and z axes through ``pivot``, z first, radians.
  public var rotation: SIMD3<Double>
  /// Shift after the turn, mm.
  public var translation: SIMD3<Double>
  /// What the turn leaves in place, world mm.
  public var pivot: SIMD3<Double>

  public init(rotation: SIMD3<Double> = .zero, translation: SIMD3<Double> = .zero, pivot: SIMD3<Double> = .zero) {
    (self.rotation, self.translation, self.pivot) = (rotation, translation, pivot)
  }

  /// World mm → world mm.
  public var affine: Affine {
    let (a, b, c) = (rotation.x, rotation.y, rotation.z)
    let aboutX = Affine(x: [1, 0, 0], y: [0, cos(a), sin(a)], z: [0, -sin(a), cos(a)], origin: .zero)
    let aboutY = Affine(x: [cos(b), 0, -sin(b)], y: [0, 1, 0], z: [sin(b), 0, cos(b)], origin: .zero)
    let aboutZ = Affine(x: [cos(c), sin(c), 0], y: [-sin(c), cos(c), 0], z: [0, 0, 1], origin: .zero)
    var affine = aboutX.after(aboutY).after(aboutZ)
    affine.origin = pivot + translation - affine.linear(pivot)
    return affine
  }
}
