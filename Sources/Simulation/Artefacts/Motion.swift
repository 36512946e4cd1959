import Foundation
import Numerics
import Volumes

/// How a person lies during one series, relative to the reference position in which the neck is described.
///
/// A point p of the person is seen at world position `seriesFromPerson(p)`; in slice k it is seen a jump further, along the
/// grid's x and y axes. Image, cord and canal follow exactly.
public struct Motion: Sendable, Hashable, Codable {
  /// Turn about the world's x, y and z axes through `pivot`, z first, degrees.
  public var rotation: SIMD3<Double>
  /// Shift after the turn, world mm.
  public var translation: SIMD3<Double>
  /// World position that the turn leaves in place, mm.
  public var pivot: SIMD3<Double>
  /// Further shift of each acquired slice along the acquisition grid's x and y axes, mm; slices beyond the list have none.
  public var jumps: [SIMD2<Double>]

  /// The reference position.
  public static let none = Motion()

  /// A position; each parameter is explained at its property.
  public init(
    rotation: SIMD3<Double> = .zero, translation: SIMD3<Double> = .zero, pivot: SIMD3<Double> = .zero, jumps: [SIMD2<Double>] = []
  ) {
    (self.rotation, self.translation, self.pivot, self.jumps) = (rotation, translation, pivot, jumps)
  }

  /// Reference world mm → world mm during the series, without the jumps of single slices.
  public var seriesFromPerson: Affine {
    var affine = Affine.rotation(degrees: rotation)
    affine.origin = pivot - affine.linear(pivot) + translation
    return affine
  }

  /// World mm during the series → reference world mm, without the jumps of single slices.
  public var personFromSeries: Affine { seriesFromPerson.inverse }

  /// World mm during one slice → reference world mm.
  ///
  /// - Parameters:
  ///   - slice: Index along the acquisition grid's z axis.
  ///   - grid: The acquisition grid, whose x and y axes the jumps follow.
  public func personFromSeries(slice: Int, of grid: Grid) -> Affine {
    var affine = personFromSeries
    affine.origin -= affine.linear(displacement(slice: slice, of: grid))
    return affine
  }

  /// World displacement of a slice by its jump, mm.
  func displacement(slice: Int, of grid: Grid) -> SIMD3<Double> {
    guard jumps.indices.contains(slice) else { return .zero }
    let axes = grid.affine.directions
    return axes[0] * jumps[slice].x + axes[1] * jumps[slice].y
  }

  /// Whether some slice has a jump of its own.
  var hasJumps: Bool { jumps.contains { $0 != .zero } }

  /// A position that someone may take between two series.
  ///
  /// - Parameters:
  ///   - pivot: Where the neck is held, world mm.
  ///   - shift: SD of the shift along each axis, mm.
  ///   - turn: SD of the turn about each axis, degrees.
  ///   - slices: How many slices are excited one by one; 0 for a 3D sequence, whose slices share one position.
  ///   - jump: SD of the jumps of single slices, mm: swallowing, breathing. Most slices hardly move, some jump.
  static func drawn(
    pivot: SIMD3<Double>, shift: Double, turn: Double, slices: Int = 0, jump: Double = 0, generator g: inout Generator
  ) -> Motion {
    let rotation = SIMD3(g.normal(0, turn), g.normal(0, turn), g.normal(0, turn))
    let translation = SIMD3(g.normal(0, shift), g.normal(0, shift), g.normal(0, shift))
    var jumps: [SIMD2<Double>] = []
    for _ in 0..<(jump > 0 ? slices : 0) {
      let size = g.chance(0.2) ? jump : 0.3 * jump
      // Swallowing moves the neck forwards and backwards more than sideways.
      jumps.append([g.normal(0, 0.6 * size), g.normal(0, size)])
    }
    return Motion(rotation: rotation, translation: translation, pivot: pivot, jumps: jumps)
  }
}

extension Affine {
  /// Turn about the z, then the y, then the x axis, degrees.
  static func rotation(degrees: SIMD3<Double>) -> Affine {
    let (a, b, c) = (degrees.x * .pi / 180, degrees.y * .pi / 180, degrees.z * .pi / 180)
    let aboutX = Affine(x: [1, 0, 0], y: [0, cos(a), sin(a)], z: [0, -sin(a), cos(a)], origin: .zero)
    let aboutY = Affine(x: [cos(b), 0, -sin(b)], y: [0, 1, 0], z: [sin(b), 0, cos(b)], origin: .zero)
    let aboutZ = Affine(x: [cos(c), sin(c), 0], y: [-sin(c), cos(c), 0], z: [0, 0, 1], origin: .zero)
    return aboutX.after(aboutY).after(aboutZ)
  }
}
