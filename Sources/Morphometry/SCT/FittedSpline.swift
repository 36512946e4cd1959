import Foundation

/// A spline that comes as near to points as a bound on the summed squares asks for, with as few knots as the search needs.
///
/// Knots are added at points, in the interval that fits worst, until the least-squares spline is within the bound; then, on these knots, the
/// smoothest spline (least jumps of the highest derivative) is taken whose summed squares are the bound, up to ``tolerance``. The answer
/// depends on where that search stops within the tolerance, so its steps are those of FITPACK's `curfit`, SciPy's `splrep`: the
/// summed squares as a function of the smoothing parameter p are replaced by (u p + v) / (p + w) through three points, again and again.
///
/// Source: Dierckx 1993, Curve and Surface Fitting with Splines, chapter 5; Dierckx 1975, doi:10.1016/0771-050X(75)90034-0.
struct FittedSpline: Sendable {
  /// Relative deviation from the bound that is near enough.
  private static let tolerance = 0.001
  /// Steps of the search for the smoothing parameter.
  private static let mostSteps = 20

  /// 3 is a cubic, 1 a line from knot to knot.
  let degree: Int
  private let x, y: [Double]
  /// Each end as often as the order, and the inner knots between.
  private var knots: [Double]
  private var coefficients: [Double] = []

  /// - Parameters:
  ///   - x: Increasing; more than `degree`.
  ///   - y: As many.
  ///   - bound: Summed squared deviations to reach, above 0.
  init(x: [Double], y: [Double], bound: Double, degree: Int = 3) {
    precondition(x.count == y.count && x.count > degree, "a spline needs more points than its degree")
    (self.x, self.y, self.degree) = (x, y, degree)
    knots = [Double](repeating: x.first!, count: degree + 1) + [Double](repeating: x.last!, count: degree + 1)
    var triangle = leastSquares()
    coefficients = triangle.solution
    let ofPolynomial = sumOfSquares
    let accuracy = Self.tolerance * bound
    addKnots(&triangle, bound: bound, accuracy: accuracy)
    // A polynomial is as smooth as can be.
    guard knots.count > 2 * (degree + 1), bound - sumOfSquares >= accuracy else { return }
    smooth(triangle, excessOfPolynomial: ofPolynomial - bound, bound: bound, accuracy: accuracy)
  }

  func callAsFunction(_ at: Double) -> Double {
    let (first, values) = basis(at, degree: degree)
    return values.indices.reduce(0) { $0 + values[$1] * coefficients[first + $1] }
  }

  func derivative(_ at: Double) -> Double {
    let (first, values) = basis(at, degree: degree - 1)
    return values.indices.reduce(0) { sum, i in
      let j = first + i
      return sum + values[i] * Double(degree) * (coefficients[j + 1] - coefficients[j]) / (knots[j + degree + 1] - knots[j + 1])
    }
  }

  private var sumOfSquares: Double { zip(x, y).reduce(0) { $0 + pow(self($1.0) - $1.1, 2) } }

  /// B-splines that are not zero at a place (Cox and de Boor), and the first of them, counted for this degree.
  private func basis(_ at: Double, degree: Int) -> (first: Int, values: [Double]) {
    let last = knots.count - self.degree - 2
    var span = self.degree
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
    return (span - self.degree, values)
  }

  private func leastSquares() -> BandedTriangle {
    var triangle = BandedTriangle(unknowns: knots.count - degree - 1, width: degree + 2)
    for (place, value) in zip(x, y) {
      let (first, values) = basis(place, degree: degree)
      triangle.add(values, first: first, value: value)
    }
    return triangle
  }
}

// MARK: - Knots

extension FittedSpline {
  /// Adds knots until the least-squares spline is within the bound, or passes through all points.
  private mutating func addKnots(_ triangle: inout BandedTriangle, bound: Double, accuracy: Double) {
    // Points strictly inside each knot interval.
    var inside = [x.count - 2]
    var (added, before) = (0, 0.0)
    let most = x.count + degree + 1
    while true {
      let squares = zip(x, y).map { pow(self($0) - $1, 2) }
      let sum = squares.reduce(0, +)
      guard sum - bound >= accuracy, knots.count < most else { return }
      if added == 0 {
        added = 1
      } else {
        // As many as the last ones' gain promises.
        let step = before - sum > accuracy ? Int(Double(added) * (sum - bound) / (before - sum)) : 2 * added
        added = min(2 * added, max(step, added / 2, 1))
      }
      before = sum
      var misfits = misfits(squares)
      for _ in 0..<added where knots.count < most {
        guard let worst = misfits.indices.filter({ inside[$0] > 0 && misfits[$0] > 0 }).max(by: { misfits[$0] < misfits[$1] }) else {
          break
        }
        split(worst, &inside, &misfits)
      }
      if knots.count == most {
        let inner = x[(degree / 2 + 1)..<(x.count - degree / 2 - 1)]
        knots.replaceSubrange((degree + 1)..<(knots.count - degree - 1), with: inner)
      }
      triangle = leastSquares()
      coefficients = triangle.solution
    }
  }

  /// Divides a knot interval at its middle point.
  private mutating func split(_ interval: Int, _ inside: inout [Int], _ misfits: inout [Double]) {
    let first = (0..<interval).reduce(0) { $0 + inside[$1] + 1 }
    let (all, left) = (inside[interval], inside[interval] / 2)
    knots.insert(x[first + left + 1], at: interval + degree + 1)
    let parts = [left, all - left - 1]
    let misfit = misfits[interval]
    inside.replaceSubrange(interval...interval, with: parts)
    misfits.replaceSubrange(interval...interval, with: parts.map { misfit * Double($0) / Double(all) })
  }

  /// Summed squares in each knot interval; a point on a knot counts half on each side.
  private func misfits(_ squares: [Double]) -> [Double] {
    let borders = Array(knots[(degree + 1)..<(knots.count - degree - 1)])
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
}

// MARK: - Smoothing

extension FittedSpline {
  /// A smoothing parameter, and how far its spline's summed squares exceed the bound.
  private typealias Trial = (p: Double, excess: Double)

  /// Takes the smoothest spline on these knots that reaches the bound.
  ///
  /// The parameter p is between 0, which is the polynomial, and infinity, which is least squares: jumps count 1/p².
  private mutating func smooth(_ triangle: BandedTriangle, excessOfPolynomial: Double, bound: Double, accuracy: Double) {
    let jumps = jumps
    var low: Trial = (0, excessOfPolynomial)
    var high: Trial = (.infinity, sumOfSquares - bound)
    // Whether the ends are near enough that the function between them is no longer flat.
    var (isLowUseful, isHighUseful) = (false, false)
    var p = Double(coefficients.count) / triangle.diagonal.reduce(0, +)
    for _ in 0..<Self.mostSteps {
      var penalised = triangle
      for (first, jump) in jumps.enumerated() { penalised.add(jump.map { $0 / p }, first: first, value: 0) }
      coefficients = penalised.solution
      let trial: Trial = (p, sumOfSquares - bound)
      if abs(trial.excess) < accuracy { return }
      if !isHighUseful {
        if trial.excess - high.excess <= accuracy {
          high = trial
          p *= 0.04
          if p <= low.p { p = 0.9 * low.p + 0.1 * trial.p }
          continue
        }
        isHighUseful = trial.excess < 0
      }
      if !isLowUseful {
        if low.excess - trial.excess <= accuracy {
          low = trial
          p /= 0.04
          if p >= high.p { p = 0.1 * trial.p + 0.9 * high.p }
          continue
        }
        isLowUseful = trial.excess > 0
      }
      // Not monotonous any more: rounding decides.
      guard trial.excess < low.excess, trial.excess > high.excess else { return }
      p = Self.root(low, trial, high)
      if trial.excess < 0 { high = trial } else { low = trial }
    }
  }

  /// Where (u p + v) / (p + w) through three points is 0.
  private static func root(_ a: Trial, _ b: Trial, _ c: Trial) -> Double {
    if c.p == .infinity {
      return (a.p * (a.excess - c.excess) * b.excess - b.p * (b.excess - c.excess) * a.excess) / ((a.excess - b.excess) * c.excess)
    }
    let ofA = a.excess * (b.excess - c.excess)
    let ofB = b.excess * (c.excess - a.excess)
    let ofC = c.excess * (a.excess - b.excess)
    return -(a.p * b.p * ofC + b.p * c.p * ofA + c.p * a.p * ofB) / (a.p * ofA + b.p * ofB + c.p * ofC)
  }

  /// Jump of the highest derivative at each inner knot, of the splines that end, go on or begin there; the unit of length is the mean knot
  /// interval.
  private var jumps: [[Double]] {
    let order = degree + 1
    let inner = order..<(knots.count - order)
    let unit = (knots.last! - knots.first!) / Double(inner.count + 1)
    return inner.map { knot in
      (knot - order...knot).map { first in
        let product = (first...first + order).reduce(1.0) { $1 == knot ? $0 : $0 * (knots[knot] - knots[$1]) }
        return (knots[first + order] - knots[first]) / product * pow(unit, Double(degree))
      }
    }
  }
}

/// Least squares of rows that hold few neighbouring unknowns: an upper triangle into which rows are turned, one after the other (Givens).
///
/// Unlike the normal equations it does not square the condition number.
private struct BandedTriangle {
  /// Unknowns that a row holds at most.
  private let width: Int
  /// Row i holds unknowns i to i + width − 1.
  private var rows: [[Double]]
  private var values: [Double]

  init(unknowns: Int, width: Int) {
    self.width = width
    rows = [[Double]](repeating: [Double](repeating: 0, count: width), count: unknowns)
    values = [Double](repeating: 0, count: unknowns)
  }

  var diagonal: [Double] { rows.map { $0[0] } }

  /// Adds an equation.
  ///
  /// - Parameters:
  ///   - row: Factors of neighbouring unknowns.
  ///   - first: The first of these.
  ///   - value: What their sum should be.
  mutating func add(_ row: [Double], first: Int, value: Double) {
    var (row, value) = (row + [Double](repeating: 0, count: width - row.count), value)
    for unknown in first..<rows.count {
      let pivot = row[0]
      if pivot != 0 {
        let size = hypot(rows[unknown][0], pivot)
        let (c, s) = (rows[unknown][0] / size, pivot / size)
        for i in 0..<width {
          let (old, new) = (rows[unknown][i], row[i])
          rows[unknown][i] = c * old + s * new
          row[i] = c * new - s * old
        }
        (values[unknown], value) = (c * values[unknown] + s * value, c * value - s * values[unknown])
      }
      row.removeFirst()
      row.append(0)
      if row.allSatisfy({ $0 == 0 }) { return }
    }
  }

  /// The unknowns.
  var solution: [Double] {
    var result = values
    for i in rows.indices.reversed() {
      for j in 1..<width where i + j < rows.count { result[i] -= rows[i][j] * result[i + j] }
      result[i] /= rows[i][0]
    }
    return result
  }
}
