import Foundation
import Morphometry
import Numerics
import Volumes

/// Brings the slices of one mask onto the axis of another.
public enum SliceAlignment {
  /// Wavelength of slow drifts that are followed, mm.
  static let driftLength = 60.0
  /// Slices at least this thick may have been taken one by one, so that each may lie elsewhere, mm.
  public static let singleSlice = 2.5
  /// Uncertainty of a mask's center in one slice, mm: smaller steps between slices are taken for the rater's, larger ones for motion.
  static let centerNoise = 0.2

  /// Shifts across the cord that bring each slice's center of mass onto the axis: a slow drift for all, and for thick slices their own step.
  ///
  /// - Parameters:
  ///   - slices: Of the moving mask.
  ///   - motion: Of the whole scan, as far as it is known.
  ///   - axis: Of the fixed mask, fixed world.
  ///   - grid: Of the moving mask.
  /// - Returns: One shift for each slice of the grid, and the step of each of `slices` off the drift towards right and front, mm.
  static func shifts(
    of slices: [MaskSlice], after motion: RigidMotion, onto axis: CordCourse, grid: Grid
  ) -> (shifts: [SIMD3<Double>], steps: [SIMD2<Double>]) {
    let slicing = Slicing(of: grid)
    let affine = motion.affine
    let stations = slices.map { slice -> (place: Double, station: CordCourse.Station, offset: SIMD2<Double>) in
      let point = affine(slice.center)
      let place = axis.foot(of: point)
      let station = axis(place)
      let gap = station.center - point
      return (place, station, [gap.dot(station.right), gap.dot(station.front)])
    }
    let offsets = stations.map { [$0.offset.x, $0.offset.y] }
    let drift: (Double) -> [Double]
    if slices.count >= 3 {
      let curve = PenalizedSpline.robust(
        places: stations.map(\.place), values: offsets, weights: slices.map(\.area), smoothingLength: driftLength, floor: 0.1
      ).curve
      drift = { curve(min(max($0, curve.range.lowerBound), curve.range.upperBound)) }
    } else {
      let middle = [stations.map(\.offset.x).medianOrZero, stations.map(\.offset.y).medianOrZero]
      drift = { _ in middle }
    }
    // Slices without a mask take the drift of the nearest one that has.
    var shifts = [SIMD3<Double>](repeating: .zero, count: slicing.count)
    for slice in 0..<slicing.count {
      guard let nearest = slices.indices.min(by: { abs(slices[$0].slice - slice) < abs(slices[$1].slice - slice) }) else { continue }
      let (slow, station) = (drift(stations[nearest].place), stations[nearest].station)
      shifts[slice] = station.right * slow[0] + station.front * slow[1]
    }
    var steps: [SIMD2<Double>] = []
    for (slice, (place, station, offset)) in zip(slices, stations) {
      let slow = drift(place)
      let rest = offset - SIMD2(slow[0], slow[1])
      let size = (rest * rest).sum().squareRoot()
      steps.append(rest)
      guard slicing.spacing >= singleSlice else { continue }
      let trust = size * size / (size * size + centerNoise * centerNoise)
      shifts[slice.slice] += (station.right * rest.x + station.front * rest.y) * trust
    }
    return (shifts, steps)
  }
}

extension SIMD2<Double> {
  /// Euclidean length.
  var length: Double { (self * self).sum().squareRoot() }
}
