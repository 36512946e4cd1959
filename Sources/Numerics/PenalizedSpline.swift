import Foundation

/// Smooth functions of one place through weighted values: cubic B-splines on even knots whose third differences are penalised.
///
/// Lines and parabolas pass unchanged, at the ends too, so neither a straight tilt nor an even bend is biased; a wave of the
/// smoothing length is halved, shorter ones vanish. Beyond its ends the curve goes on straight. Several columns share places and weights.
///
/// Source: Eilers and Marx 1996, Flexible smoothing with B-splines and penalties, doi:10.1214/ss/1038425655.
public struct PenalizedSpline: Sendable, Codable {
  /// Knots in one smoothing length: fine enough that the penalty, not the knots, decides.
  private static let knotsPerLength = 12.0
  /// Residuals beyond this many robust standard deviations count for nothing (Tukey's biweight, 95 % efficient).
  private static let cutoff = 4.685

  /// From the first to the last place, mm.
  public let range: ClosedRange<Double>
  private let knotSpacing: Double
  private let columns: Int
  /// By knot, then column.
  private var coefficients: [Double]

  /// Fits the curve.
  ///
  /// - Parameters:
  ///   - places: Where values are known, mm, in any order; at least three different ones.
  ///   - values: One row of columns for each place.
  ///   - weights: Any positive unit.
  ///   - smoothingLength: Wavelength that is halved, mm.
  ///   - placeSpacing: Distance between neighbouring places where none is missing, mm; their mean distance where `nil`.
  ///   - ridge: Pull of the coefficients towards 0, relative to the weight of a place; keeps the system solvable where weights vanish.
  public init(
    places: [Double], values: [[Double]], weights: [Double], smoothingLength: Double, placeSpacing: Double? = nil, ridge: Double = 1e-9
  ) {
    precondition(places.count == values.count && places.count == weights.count && places.count >= 3, "a curve needs three points")
    range = places.min()!...places.max()!
    columns = values[0].count
    // Where places all but coincide, knots between them would leave nothing but rounding.
    let extent = range.upperBound - range.lowerBound
    let length = extent > 1e-3 * smoothingLength ? extent : 0.1 * smoothingLength
    let segments = max(1, (length / smoothingLength * Self.knotsPerLength).rounded(.up))
    knotSpacing = length / segments
    let count = Int(segments) + 3
    var matrix = SymmetricMatrix(size: count, band: 3)
    coefficients = [Double](repeating: 0, count: count * columns)
    let sum = weights.reduce(0, +)
    let meanWeight = sum > 0 ? sum / Double(weights.count) : 1
    for (place, (row, weight)) in zip(places, zip(values, weights)) {
      let (first, basis) = basis(at: place)
      let weight = weight / meanWeight
      for i in 0..<4 {
        for c in 0..<columns { coefficients[(first + i) * columns + c] += weight * basis[i] * row[c] }
        for j in 0...i { matrix[first + i, first + j] += weight * basis[i] * basis[j] }
      }
    }
    // A wave of length L has third differences of amplitude (2 sin(π·knot/L))³; this λ halves it.
    let gain = 2 * sin(min(.pi * knotSpacing / smoothingLength, .pi / 2))
    let spacing = placeSpacing ?? length / Double(places.count)
    let lambda = knotSpacing / spacing / pow(gain, 6)
    let difference = [-1.0, 3, -3, 1]
    for row in 0..<max(0, count - 3) {
      for i in 0..<4 { for j in 0...i { matrix[row + i, row + j] += lambda * difference[i] * difference[j] } }
    }
    for i in 0..<count { matrix[i, i] += ridge / spacing }
    Cholesky(matrix).solve(&coefficients, columns: columns)
  }

  /// Fits the curve again and again with less weight for what lies off it.
  ///
  /// - Parameters:
  ///   - floor: Least robust standard deviation of the residuals' length, so that a perfect fit does not reject a rounding.
  /// - Returns: The curve and each place's final factor, 0...1.
  public static func robust(
    places: [Double], values: [[Double]], weights: [Double], smoothingLength: Double, floor: Double, rounds: Int = 8
  ) -> (curve: PenalizedSpline, factors: [Double]) {
    var factors = [Double](repeating: 1, count: places.count)
    var curve = PenalizedSpline(places: places, values: values, weights: weights, smoothingLength: smoothingLength)
    for _ in 0..<rounds {
      let residuals = zip(places, values).map { place, row in
        zip(curve(place), row).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      }
      let limit = cutoff * max(1.4826 * residuals.median, floor)
      factors = residuals.map { $0 < limit ? pow(1 - ($0 / limit) * ($0 / limit), 2) : 0 }
      let kept = zip(weights, factors).map { $0 * max($1, 1e-6) }
      curve = PenalizedSpline(places: places, values: values, weights: kept, smoothingLength: smoothingLength)
    }
    return (curve, factors)
  }

  /// The columns' values at a place.
  public func callAsFunction(_ place: Double) -> [Double] {
    let inside = min(max(place, range.lowerBound), range.upperBound)
    let (first, basis) = basis(at: inside)
    var result = mix(basis, first)
    if place != inside { for (c, slope) in derivative(inside).enumerated() { result[c] += (place - inside) * slope } }
    return result
  }

  /// Change of the columns' values per mm.
  public func derivative(_ place: Double) -> [Double] {
    let (first, slopes) = slopes(at: place)
    return mix(slopes, first).map { $0 / knotSpacing }
  }

  /// The value of a curve of three columns.
  public func point(_ place: Double) -> SIMD3<Double> {
    let inside = min(max(place, range.lowerBound), range.upperBound)
    let (first, basis) = basis(at: inside)
    let value = mixed(basis, first)
    return place == inside ? value : value + (place - inside) * pointDerivative(inside)
  }

  /// Change per mm of the value of a curve of three columns.
  public func pointDerivative(_ place: Double) -> SIMD3<Double> {
    let (first, slopes) = slopes(at: place)
    return mixed(slopes, first) / knotSpacing
  }

  private func mix(_ basis: SIMD4<Double>, _ first: Int) -> [Double] {
    (0..<columns).map { c in (0..<4).reduce(0) { $0 + basis[$1] * coefficients[(first + $1) * columns + c] } }
  }

  private func mixed(_ basis: SIMD4<Double>, _ first: Int) -> SIMD3<Double> {
    precondition(columns == 3, "a point has three columns")
    return (0..<4).reduce(SIMD3<Double>.zero) { sum, i in
      let at = 3 * (first + i)
      return sum + basis[i] * SIMD3(coefficients[at], coefficients[at + 1], coefficients[at + 2])
    }
  }

  private func segment(at place: Double) -> (first: Int, fraction: Double) {
    let position = (place - range.lowerBound) / knotSpacing
    let segments = ((range.upperBound - range.lowerBound) / knotSpacing).rounded()
    let first = min(max(position.rounded(.down), 0), max(segments - 1, 0))
    return (Int(first), position - first)
  }

  /// Derivatives of the splines that are not zero at a place, in knot spacings, and the first of them.
  private func slopes(at place: Double) -> (first: Int, values: SIMD4<Double>) {
    let (first, u) = segment(at: min(max(place, range.lowerBound), range.upperBound))
    let v = 1 - u
    return (first, SIMD4(-v * v, u * (3 * u - 4), v * (4 - 3 * v), u * u) / 2)
  }

  private func basis(at place: Double) -> (first: Int, values: SIMD4<Double>) {
    let (first, u) = segment(at: place)
    let v = 1 - u
    return (first, SIMD4(v * v * v, u * u * (3 * u - 6) + 4, v * v * (3 * v - 6) + 4, u * u * u) / 6)
  }
}

extension Collection<Double> {
  /// The middle value, or the mean of the two middle ones; not a number of none.
  public var median: Double {
    guard !isEmpty else { return .nan }
    let sorted = sorted()
    let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
    return low + 0.5 * (high - low)
  }

  /// The same, and 0 of none: what nothing is shifted by.
  public var medianOrZero: Double { isEmpty ? 0 : median }
}
