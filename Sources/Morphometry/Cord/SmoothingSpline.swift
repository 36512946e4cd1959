import Foundation

/// A smooth curve through weighted points: cubic B-splines on even knots whose third differences are penalised.
///
/// Lines and parabolas pass unchanged, at the ends too, so neither a straight tilt nor an even bend is biased; a wave of the
/// smoothing length is halved, shorter ones vanish. Beyond its ends the curve goes on straight.
///
/// Source: Eilers and Marx 1996, Flexible smoothing with B-splines and penalties, doi:10.1214/ss/1038425655.
struct SmoothingSpline: Sendable {
  /// Distance between knots, as a part of the smoothing length: fine enough that the penalty, not the knots, decides.
  static let knotsPerLength = 12.0

  /// Interval that the points cover, mm.
  let range: ClosedRange<Double>
  private let knotSpacing: Double
  private var coefficients: [SIMD3<Double>]

  /// Fits the curve.
  ///
  /// - Parameters:
  ///   - points: Parameter (mm, increasing), value (mm) and weight (any positive unit); at least three.
  ///   - smoothingLength: Wavelength that is halved, mm.
  ///   - pointSpacing: Distance between neighbouring points where none is missing, mm.
  init(points: [(at: Double, value: SIMD3<Double>, weight: Double)], smoothingLength: Double, pointSpacing: Double) {
    precondition(points.count >= 3, "a curve needs three points")
    range = points.first!.at...points.last!.at
    let segments = max(1, ((range.upperBound - range.lowerBound) / smoothingLength * Self.knotsPerLength).rounded(.up))
    knotSpacing = (range.upperBound - range.lowerBound) / segments
    let count = Int(segments) + 3
    var matrix = [Double](repeating: 0, count: count * count)
    coefficients = [SIMD3<Double>](repeating: .zero, count: count)
    let meanWeight = points.reduce(0) { $0 + $1.weight } / Double(points.count)
    for point in points {
      let (first, basis) = basis(at: point.at)
      let weight = point.weight / meanWeight
      for i in 0..<4 {
        coefficients[first + i] += weight * basis[i] * point.value
        for j in 0..<4 { matrix[(first + i) * count + first + j] += weight * basis[i] * basis[j] }
      }
    }
    // A wave of length L has third differences of amplitude (2 sin(π·knot/L))³; this λ halves it.
    let gain = 2 * sin(.pi * knotSpacing / smoothingLength)
    let lambda = knotSpacing / pointSpacing / pow(gain, 6)
    let difference = SIMD4(-1.0, 3, -3, 1)
    for row in 0..<max(0, count - 3) {
      for i in 0..<4 {
        for j in 0..<4 { matrix[(row + i) * count + row + j] += lambda * difference[i] * difference[j] }
      }
    }
    solveSymmetric(&matrix, &coefficients)
  }

  /// The curve's point, mm.
  func callAsFunction(_ at: Double) -> SIMD3<Double> {
    let inside = min(max(at, range.lowerBound), range.upperBound)
    let (first, basis) = basis(at: inside)
    let value = (0..<4).reduce(SIMD3<Double>.zero) { $0 + basis[$1] * coefficients[first + $1] }
    return at == inside ? value : value + (at - inside) * derivative(inside)
  }

  /// Change of the curve's point per mm of the parameter.
  func derivative(_ at: Double) -> SIMD3<Double> {
    let inside = min(max(at, range.lowerBound), range.upperBound)
    let (first, u) = segment(at: inside)
    let v = 1 - u
    let slopes = SIMD4(-v * v, u * (3 * u - 4), v * (4 - 3 * v), u * u) / 2
    return (0..<4).reduce(SIMD3<Double>.zero) { $0 + slopes[$1] * coefficients[first + $1] } / knotSpacing
  }

  private func segment(at: Double) -> (first: Int, fraction: Double) {
    let position = (at - range.lowerBound) / knotSpacing
    let segments = ((range.upperBound - range.lowerBound) / knotSpacing).rounded()
    let first = min(max(position.rounded(.down), 0), segments - 1)
    return (Int(first), position - first)
  }

  private func basis(at: Double) -> (first: Int, values: SIMD4<Double>) {
    let (first, u) = segment(at: at)
    let v = 1 - u
    return (first, SIMD4(v * v * v, u * u * (3 * u - 6) + 4, v * v * (3 * v - 6) + 4, u * u * u) / 6)
  }
}

/// Solves a symmetric positive definite system in place by Cholesky's factors; a curve has about a hundred unknowns at most.
private func solveSymmetric(_ matrix: inout [Double], _ values: inout [SIMD3<Double>]) {
  let n = values.count
  for i in 0..<n {
    for j in 0...i {
      var sum = matrix[i * n + j]
      // The matrix has three diagonals beside the main one, and so have its factors.
      for k in max(0, i - 3)..<max(j, max(0, i - 3)) { sum -= matrix[i * n + k] * matrix[j * n + k] }
      matrix[i * n + j] = i == j ? sum.squareRoot() : sum / matrix[j * n + j]
    }
  }
  for i in 0..<n {
    for k in max(0, i - 3)..<i { values[i] -= matrix[i * n + k] * values[k] }
    values[i] /= matrix[i * n + i]
  }
  for i in (0..<n).reversed() {
    for k in (i + 1)..<max(i + 1, min(n, i + 4)) { values[i] -= matrix[k * n + i] * values[k] }
    values[i] /= matrix[i * n + i]
  }
}
