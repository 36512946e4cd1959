import Foundation
import Numerics

/// A cubic spline that comes as near to points as a bound on the summed squares asks for, with as few knots as the search needs.
///
/// Knots are added at points, in the interval that fits worst, until the least-squares spline is within the bound; then, on these knots, the
/// smoothest spline (least jumps of the third derivative) whose summed squares equal the bound is taken. This is the `curfit` of FITPACK,
/// SciPy's `splrep`.
///
/// Source: Dierckx 1993, Curve and Surface Fitting with Splines, chapter 5.
struct FittedSpline: Sendable {
  /// Relative deviation from the bound that is near enough.
  private static let tolerance = 0.001
  private static let degree = 3

  private var knots: [Double]
  private var coefficients: [Double] = []

  /// - Parameters:
  ///   - x: Increasing; at least four.
  ///   - y: As many.
  ///   - bound: Summed squared deviations to reach, above 0.
  init(x: [Double], y: [Double], bound: Double) {
    precondition(x.count == y.count && x.count > Self.degree, "a cubic needs four points")
    knots = [Double](repeating: x.first!, count: 4) + [Double](repeating: x.last!, count: 4)
    let accuracy = Self.tolerance * bound
    // Points strictly inside each knot interval.
    var inside = [x.count - 2]
    var (added, before) = (0, 0.0)
    while true {
      coefficients = fit(x, y, weight: 0)
      let squares = zip(x, y).map { pow(self($0) - $1, 2) }
      let sum = squares.reduce(0, +)
      if abs(sum - bound) < accuracy { return }
      if sum < bound { break }
      // With a coefficient for each point the spline passes through all of them.
      if knots.count >= x.count + Self.degree + 1 { return }
      if added == 0 {
        added = 1
      } else {
        let step = before - sum > accuracy ? Int(Double(added) * (sum - bound) / (before - sum)) : 2 * added
        added = min(2 * added, max(step, added / 2, 1))
      }
      before = sum
      var misfits = misfits(x, squares)
      for _ in 0..<added where knots.count < x.count + Self.degree + 1 {
        guard let worst = misfits.indices.filter({ inside[$0] > 0 }).max(by: { misfits[$0] < misfits[$1] }) else { break }
        let first = (0..<worst).reduce(0) { $0 + inside[$1] + 1 }
        let (left, all) = (inside[worst] / 2, inside[worst])
        knots.insert(x[first + left + 1], at: worst + 4)
        let right = all - left - 1
        let misfit = misfits[worst]
        inside.replaceSubrange(worst...worst, with: [left, right])
        misfits.replaceSubrange(worst...worst, with: [misfit * Double(left) / Double(all), misfit * Double(right) / Double(all)])
      }
    }
    // A cubic without inner knots is as smooth as can be.
    guard knots.count > 8 else { return }
    // The sum grows with the weight of smoothness: halve the interval on a logarithmic scale.
    var (low, high) = (-30.0, 30.0)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      coefficients = fit(x, y, weight: exp(middle))
      let sum = zip(x, y).reduce(0) { $0 + pow(self($1.0) - $1.1, 2) }
      if abs(sum - bound) < accuracy { break }
      if sum < bound { low = middle } else { high = middle }
    }
  }

  func callAsFunction(_ at: Double) -> Double {
    let (first, values) = basis(at, degree: Self.degree)
    return (0...Self.degree).reduce(0) { $0 + values[$1] * coefficients[first + $1] }
  }

  func derivative(_ at: Double) -> Double {
    let (first, values) = basis(at, degree: Self.degree - 1)
    return (0..<Self.degree).reduce(0) { sum, i in
      let j = first + i
      return sum + values[i] * Double(Self.degree) * (coefficients[j + 1] - coefficients[j]) / (knots[j + 4] - knots[j + 1])
    }
  }

  /// B-splines that are not zero at a place (Cox and de Boor), and the first of them, counted for this degree.
  private func basis(_ at: Double, degree: Int) -> (first: Int, values: [Double]) {
    let last = knots.count - 5
    var span = 3
    while span < last && at >= knots[span + 1] { span += 1 }
    var values = [1.0]
    for d in stride(from: 1, through: degree, by: 1) {
      var next = [Double](repeating: 0, count: d + 1)
      for i in 0..<d {
        let (low, high) = (knots[span - d + 1 + i], knots[span + 1 + i])
        let share = values[i] / (high - low)
        next[i] += share * (high - at)
        next[i + 1] += share * (at - low)
      }
      values = next
    }
    return (span - 3, values)
  }

  /// Summed squares in each knot interval; a point on a knot counts half on each side.
  private func misfits(_ x: [Double], _ squares: [Double]) -> [Double] {
    let borders = Array(knots[4..<(knots.count - 4)])
    var sums = [Double](repeating: 0, count: borders.count + 1)
    var interval = 0
    for (place, square) in zip(x, squares) {
      if interval < borders.count && place >= borders[interval] {
        sums[interval] += square / 2
        interval += 1
        sums[interval] += square / 2
      } else {
        sums[interval] += square
      }
    }
    return sums
  }

  /// Coefficients of least squares, with a weight on the squared jumps of the third derivative at the inner knots.
  private func fit(_ x: [Double], _ y: [Double], weight: Double) -> [Double] {
    let n = knots.count - 4
    var matrix = SymmetricMatrix(size: n, band: 4)
    var values = [Double](repeating: 0, count: n)
    for (place, value) in zip(x, y) {
      let (first, basis) = basis(place, degree: Self.degree)
      for i in 0..<4 {
        values[first + i] += basis[i] * value
        for j in 0...i { matrix[first + i, first + j] += basis[i] * basis[j] }
      }
    }
    if weight > 0 {
      for knot in stride(from: 4, to: n, by: 1) {
        // Jump at this knot of the third derivative of the five splines that end or begin around it.
        let jumps = (knot - 4...knot).map { (i: Int) -> Double in
          var product = 1.0
          for other in i...i + 4 where other != knot { product *= knots[knot] - knots[other] }
          return (knots[i + 4] - knots[i]) / product
        }
        for i in 0..<5 { for j in 0...i { matrix[knot - 4 + i, knot - 4 + j] += weight * jumps[i] * jumps[j] } }
      }
    }
    Cholesky(matrix).solve(&values)
    return values
  }
}
