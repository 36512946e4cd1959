import Volumes

/// How the signal of one slice is gathered across it: a trapezoid.
///
/// With a thickness of 1, neighboring slices share their flanks and add up to one everywhere, whatever the flanks: the
/// occupancies of all slices still sum to the volume.
public struct SliceProfile: Sendable, Hashable, Codable {
  /// Full width at half maximum over the distance of the slices: below 1 leaves gaps, above 1 overlaps.
  public var thickness: Double
  /// Width of each flank over the thickness: 0 is a box, 1 a triangle.
  public var flank: Double

  /// A perfect slice: what a 3D sequence has, but for its point spread.
  public static let box = SliceProfile(thickness: 1, flank: 0)

  /// A profile; both numbers are explained at their properties.
  public init(thickness: Double, flank: Double) { (self.thickness, self.flank) = (thickness, flank) }

  /// Thin boxes that make up the profile.
  ///
  /// - Parameters:
  ///   - spacing: Distance of the slices, mm.
  ///   - edge: Largest thickness of a box, mm.
  /// - Returns: Place of each box relative to the slice's middle and its width, in slices, and its weight; weights sum to 1.
  func boxes(spacing: Double, edge: Double) -> [(place: Double, width: Double, weight: Double)] {
    if flank == 0 { return [(0, thickness, 1)] }
    let (inner, outer) = (thickness * (1 - flank) / 2, thickness * (1 + flank) / 2)
    let count = max(4, Int((2 * outer * spacing / edge).rounded(.up)))
    let width = 2 * outer / Double(count)
    /// Integral of the trapezoid from the middle to x.
    func area(_ x: Double) -> Double {
      let ramp = max(0, min(abs(x), outer) - inner)
      let value = min(abs(x), inner) + (outer > inner ? ramp - ramp * ramp / (2 * (outer - inner)) : 0)
      return x < 0 ? -value : value
    }
    return (0..<count).map { k in
      let low = -outer + width * Double(k)
      return (low + width / 2, width, (area(low + width) - area(low)) / (2 * area(outer)))
    }
  }
}
