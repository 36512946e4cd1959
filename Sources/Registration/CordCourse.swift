import Foundation
import Numerics
import Volumes

/// The middle of the cord as a smooth curve with a frame across it; places along it are arc lengths, mm, growing towards the head.
public struct CordCourse: Sendable, Codable {
  /// A place on the axis.
  public struct Station: Sendable, Codable {
    /// World mm.
    public var center: SIMD3<Double>
    /// Unit vectors: along the cord towards the head, and across it towards the person's right and front.
    public var tangent, right, front: SIMD3<Double>
  }

  /// Distance between stored stations, mm.
  static let step = 0.5
  /// How far the axis goes on straight beyond its ends, mm.
  static let beyond = 40.0
  /// Wavelength of which the axis keeps half, mm: above the jitter of a mask, below the cord's own bends.
  static let smoothingLength = 40.0

  private let stations: [Station]
  /// Places of the first and the last slice that the axis was fitted to, mm.
  public let range: ClosedRange<Double>

  /// Fits the axis through the slices of a mask; slices that jumped aside do not pull.
  ///
  /// - Parameter slices: At least three.
  public init?(through slices: [MaskSlice]) {
    let heights = slices.map(\.center.z)
    guard slices.count >= 3, let low = heights.min(), let high = heights.max(), high - low > 1 else { return nil }
    let (curve, _) = PenalizedSpline.robust(
      places: heights, values: slices.map { [$0.center.x, $0.center.y] }, weights: slices.map(\.area),
      smoothingLength: Self.smoothingLength, floor: 0.1)
    var stations: [Station] = []
    var height = low - Self.beyond
    while height < high + Self.beyond {
      let (at, slope) = (curve(height), curve.derivative(height))
      let rise = 1 / (slope[0] * slope[0] + slope[1] * slope[1] + 1).squareRoot()
      let tangent = SIMD3(slope[0], slope[1], 1) * rise
      let right = (SIMD3(1, 0, 0) - tangent.x * tangent).normalized
      stations.append(Station(center: [at[0], at[1], height], tangent: tangent, right: right, front: tangent.cross(right)))
      height += Self.step * rise
    }
    self.stations = stations
    func place(_ height: Double) -> Double { Double(stations.firstIndex { $0.center.z >= height } ?? stations.count - 1) * Self.step }
    range = place(low)...max(place(low), place(high))
  }

  /// The station at a place.
  @inline(__always) public func callAsFunction(_ place: Double) -> Station {
    let position = min(max(place / Self.step, 0), Double(stations.count - 1))
    let index = min(Int(position), stations.count - 2)
    let (a, b, share) = (stations[index], stations[index + 1], position - Double(index))
    return Station(
      center: a.center + share * (b.center - a.center), tangent: a.tangent + share * (b.tangent - a.tangent),
      right: a.right + share * (b.right - a.right), front: a.front + share * (b.front - a.front))
  }

  /// Place of the foot of a point's perpendicular.
  ///
  /// - Parameter guess: A place nearby, where known.
  @inline(__always) public func foot(of point: SIMD3<Double>, guess: Double? = nil) -> Double {
    var place = guess ?? (point.z - stations[0].center.z)
    for _ in 0..<(guess == nil ? 12 : 4) {
      let station = self(place)
      let change = (point - station.center).dot(station.tangent)
      place = min(max(place + change, 0), Double(stations.count - 1) * Self.step)
      if abs(change) < 1e-3 { break }
    }
    return place
  }

  /// Place where the axis crosses a plane; `nil` where they hardly meet.
  ///
  /// - Parameters:
  ///   - point: In the plane.
  ///   - normal: Of the plane, a unit vector.
  public func crossing(of point: SIMD3<Double>, normal: SIMD3<Double>) -> Double? {
    var place = foot(of: point)
    for _ in 0..<10 {
      let station = self(place)
      let rate = station.tangent.dot(normal)
      guard abs(rate) > 0.2 else { return nil }
      place = min(max(place + (point - station.center).dot(normal) / rate, 0), Double(stations.count - 1) * Self.step)
    }
    return place
  }
}
