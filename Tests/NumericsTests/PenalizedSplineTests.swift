import Foundation
import Numerics
import Testing

@Suite struct PenalizedSplineTests {
  /// Rounding of a solved system of a hundred unknowns.
  static let rounding = 1e-5

  @Test func parabolasPassUnchanged() {
    let places = (0..<60).map { Double($0) * 1.3 }
    let values = places.map { [2 + 0.3 * $0 - 0.01 * $0 * $0, -$0] }
    let curve = PenalizedSpline(places: places, values: values, weights: places.map { _ in 2 }, smoothingLength: 20)
    for place in [0.0, 10.1, 33, 76.7] {
      #expect(abs(curve(place)[0] - (2 + 0.3 * place - 0.01 * place * place)) < Self.rounding)
      #expect(abs(curve(place)[1] + place) < Self.rounding)
      #expect(abs(curve.derivative(place)[0] - (0.3 - 0.02 * place)) < Self.rounding)
    }
  }

  @Test func valuesAtOnePlaceGiveTheirMean() {
    let curve = PenalizedSpline(places: [40, 40, 40], values: [[1], [2], [6]], weights: [1, 1, 1], smoothingLength: 60)
    #expect(abs(curve(40)[0] - 3) < 1e-3 && curve(45)[0].isFinite)
  }

  @Test func aJumpDoesNotPull() {
    let places = (0..<60).map(Double.init)
    let values = places.map { [$0 >= 20 && $0 < 28 ? 6.0 : 0.0] }
    let (curve, factors) = PenalizedSpline.robust(
      places: places, values: values, weights: places.map { _ in 1 }, smoothingLength: 40, floor: 0.1)
    #expect(abs(curve(24)[0]) < 1e-3)
    #expect(factors[24] == 0 && factors[5] > 0.99)
  }

  /// A curve in space through slices, as a centerline is.
  static func curve(_ points: [(at: Double, value: SIMD3<Double>, weight: Double)], spacing: Double) -> PenalizedSpline {
    PenalizedSpline(
      places: points.map(\.at), values: points.map { [$0.value.x, $0.value.y, $0.value.z] }, weights: points.map(\.weight),
      smoothingLength: 60, placeSpacing: spacing, ridge: 0)
  }

  static func length(_ vector: SIMD3<Double>) -> Double { (vector * vector).sum().squareRoot() }

  @Test(arguments: [0.5, 1, 5]) func linesAndParabolasPassUnchanged(spacing: Double) {
    let truth = { (t: Double) in SIMD3<Double>(2 + 0.3 * t, -1 - 0.1 * t + 0.004 * t * t, t) }
    // Some slices are missing and weights differ.
    let points = (0..<Int(100 / spacing)).filter { $0 % 7 != 3 }.map { i -> (Double, SIMD3<Double>, Double) in
      let t = Double(i) * spacing
      return (t, truth(t), 1 + 0.5 * sin(Double(i)))
    }
    let spline = Self.curve(points, spacing: spacing)
    for t in stride(from: 0.0, through: points.last!.0, by: 1.7) {
      #expect(Self.length(spline.point(t) - truth(t)) < 1e-8)
      #expect(Self.length(spline.pointDerivative(t) - SIMD3<Double>(0.3, -0.1 + 0.008 * t, 1)) < 1e-8)
    }
    // Beyond the end: the tangent goes on.
    let end = points.last!.0
    #expect(Self.length(spline.point(end + 10) - spline.point(end) - 10 * spline.pointDerivative(end)) < 1e-8)
  }

  @Test(arguments: [1, 5]) func waveOfTheSmoothingLengthIsHalved(spacing: Double) {
    let points = (0...Int(600 / spacing)).map { i -> (Double, SIMD3<Double>, Double) in
      let t = Double(i) * spacing
      let value = SIMD3<Double>(cos(2 * .pi * t / 60), cos(2 * .pi * t / 20), t)
      return (t, value, 7)
    }
    let spline = Self.curve(points, spacing: spacing)
    // The knots take another few percent.
    #expect(abs(spline.point(300).x - 0.5) < 0.03)
    #expect(abs(spline.point(300).y) < 0.01)
  }

  @Test func jitterOfSlicesDoesNotTiltTheEnds() {
    // Centers that jump by a tenth of a mm: the cosine must stay within the area's tolerance.
    let points = (0..<60).map { i -> (Double, SIMD3<Double>, Double) in
      let t = Double(i)
      let jitter = SIMD3<Double>(sin(t * t), cos(3 * t * t), 0)
      return (t, SIMD3(0, 0, t) + 0.1 * jitter, 80)
    }
    let spline = Self.curve(points, spacing: 1)
    for t in [0.0, 1, 30, 58, 59] {
      let slope = spline.pointDerivative(t)
      #expect(slope.z / Self.length(slope) > 0.999)
    }
  }

  @Test func theUnitOfWeightsDoesNotMatter() {
    let places = (0..<30).map { Double($0) }
    let values = places.map { [sin($0), cos(2 * $0)] }
    let weights = places.map { 1 + 0.3 * cos($0) }
    let one = PenalizedSpline(places: places, values: values, weights: weights, smoothingLength: 8)
    let other = PenalizedSpline(places: places, values: values, weights: weights.map { $0 * 1024 }, smoothingLength: 8)
    for place in [0.0, 3.3, 17, 29] { #expect(zip(one(place), other(place)).allSatisfy { abs($0 - $1) < 1e-12 }) }
  }

  /// A curve of three columns is the same whether asked for as columns or as a point.
  @Test func pointsAreColumns() {
    let places = (0..<20).map { Double($0) }
    let curve = PenalizedSpline(
      places: places, values: places.map { [sin($0), $0, cos($0)] }, weights: places.map { _ in 1 }, smoothingLength: 6)
    for place in [-4.0, 0, 7.3, 19, 25] {
      let (point, columns) = (curve.point(place), curve(place))
      #expect((0..<3).allSatisfy { abs(point[$0] - columns[$0]) < 1e-12 })
      let (slope, slopes) = (curve.pointDerivative(place), curve.derivative(place))
      #expect((0..<3).allSatisfy { abs(slope[$0] - slopes[$0]) < 1e-12 })
    }
  }
}
