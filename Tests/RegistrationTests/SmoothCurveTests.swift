import Registration
import Testing

@Suite struct SmoothCurveTests {
  /// Rounding of a solved system of a hundred unknowns.
  static let rounding = 1e-5

  @Test func parabolasPassUnchanged() {
    let places = (0..<60).map { Double($0) * 1.3 }
    let values = places.map { [2 + 0.3 * $0 - 0.01 * $0 * $0, -$0] }
    let curve = SmoothCurve(places: places, values: values, weights: places.map { _ in 2 }, smoothingLength: 20)
    for place in [0.0, 10.1, 33, 76.7] {
      #expect(abs(curve(place)[0] - (2 + 0.3 * place - 0.01 * place * place)) < Self.rounding)
      #expect(abs(curve(place)[1] + place) < Self.rounding)
      #expect(abs(curve.derivative(place)[0] - (0.3 - 0.02 * place)) < Self.rounding)
    }
  }

  @Test func aJumpDoesNotPull() {
    let places = (0..<60).map(Double.init)
    let values = places.map { [$0 >= 20 && $0 < 28 ? 6.0 : 0.0] }
    let (curve, factors) = SmoothCurve.robust(
      places: places, values: values, weights: places.map { _ in 1 }, smoothingLength: 40, floor: 0.1)
    #expect(abs(curve(24)[0]) < 1e-3)
    #expect(factors[24] == 0 && factors[5] > 0.99)
  }
}
