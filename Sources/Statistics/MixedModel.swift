import Foundation
import Numerics

/// A linear mixed model with an intercept and a slope of each person, fitted by restricted maximum likelihood (REML).
///
/// y = X·β + Z·b + e, where the rows of Z are (1, time), b is normal with any covariance between intercept and slope, and e is normal and
/// independent.
public struct MixedModel: Sendable, Hashable {
  /// One fixed effect.
  public struct Effect: Sendable, Hashable {
    public let name: String
    public let value, error: Double
    /// Of a normal distribution, two-sided, 95 %.
    public let p: Double
    public let interval: Interval
  }

  /// One measurement.
  public struct Row: Sendable, Hashable {
    public var person: String
    public var time, value: Double
    /// Values of the fixed effects, the intercept's 1 among them.
    public var effects: [Double]

    public init(person: String, time: Double, value: Double, effects: [Double]) {
      (self.person, self.time, self.value, self.effects) = (person, time, value, effects)
    }
  }

  public let effects: [Effect]
  /// Variance of the measurements around a person's own line.
  public let residual: Double
  /// Variances of people's intercepts and slopes, and their covariance.
  public let intercepts, slopes, covariance: Double
  /// Restricted log likelihood.
  public let logLikelihood: Double

  /// - Parameters:
  ///   - rows: Of at least 3 people.
  ///   - names: Of the fixed effects.
  /// - Throws: ``StatisticsError``.
  ///
  /// Source: Laird and Ware 1982, doi:10.2307/2529876; figures agree with `MixedLM` of statsmodels.
  public init(_ rows: [Row], names: [String]) throws(StatisticsError) {
    for row in rows {
      guard row.effects.count == names.count else { throw .lengths(row.effects.count, names.count) }
      try check(row.effects + [row.time, row.value], atLeast: 1)
    }
    let people = Dictionary(grouping: rows, by: \.person).sorted { $0.key < $1.key }.map(\.value)
    guard people.count >= 3 else { throw .tooFew(found: people.count, needed: 3) }
    guard rows.count > names.count + 3 else { throw .tooFew(found: rows.count, needed: names.count + 4) }
    let size = names.count
    guard Restricted(people, size, factor: [0.5, 0, 0.5]) != nil else {
      throw .constant(what: "the fixed effects do not tell each other apart")
    }
    // Diagonal elements of the factor as they are: their sign does not matter, and 0 is within reach.
    let scale = Self.timeScale(rows)
    func cost(_ p: [Double]) -> Double {
      Restricted(people, size, factor: [p[0], p[1] / scale, p[2] / scale])?.cost ?? .infinity
    }
    var best = [1.0, 0, 0.5]
    for start in [[1.0, 0, 0.5], [3, 0, 0.2], [0.3, 0.1, 1]] {
      var found = NelderMead.minimum(of: cost, from: start)
      for _ in 0..<3 { found = NelderMead.minimum(of: cost, from: found, step: 0.05) }
      if cost(found) < cost(best) { best = found }
    }
    let factor = [best[0], best[1] / scale, best[2] / scale]
    guard let fit = Restricted(people, size, factor: factor) else { throw .constant(what: "the fit does not converge") }
    residual = fit.variance
    intercepts = fit.variance * factor[0] * factor[0]
    covariance = fit.variance * factor[0] * factor[1]
    slopes = fit.variance * (factor[1] * factor[1] + factor[2] * factor[2])
    logLikelihood = -fit.cost
    let z = Distribution.normalQuantile(0.975)
    effects = names.indices.map { i in
      let (value, error) = (fit.effects[i], (fit.variance * fit.inverseDiagonal[i]).squareRoot())
      return Effect(
        name: names[i], value: value, error: error, p: 2 * Distribution.normal(-abs(value / error)),
        interval: Interval(value - z * error, value + z * error))
    }
  }

  private static func timeScale(_ rows: [Row]) -> Double {
    let sd = rows.map(\.time).standardDeviation
    return sd > 0 ? sd : 1
  }
}

/// The restricted likelihood for given random effects, whose covariance over the residual variance is L·Lᵀ.
private struct Restricted {
  let effects: [Double]
  let variance, cost: Double
  let inverseDiagonal: [Double]

  /// - Parameter factor: L₁₁, L₂₁, L₂₂.
  init?(_ people: [[MixedModel.Row]], _ size: Int, factor: [Double]) {
    let (a, b, d) = (factor[0] * factor[0], factor[0] * factor[1], factor[1] * factor[1] + factor[2] * factor[2])
    var normal = SymmetricMatrix(size: size)
    var (right, squares, logs, count) = ([Double](repeating: 0, count: size), 0.0, 0.0, 0)
    for rows in people {
      var matrix = SymmetricMatrix(size: rows.count)
      for i in rows.indices {
        for j in 0...i {
          let (s, t) = (rows[i].time, rows[j].time)
          matrix[i, j] = a + b * (s + t) + d * s * t + (i == j ? 1 : 0)
        }
      }
      // Columns: the fixed effects and the values, divided by the factor of the covariance.
      var columns = rows.map { $0.effects + [$0.value] }
      for i in rows.indices {
        for j in 0..<i {
          for k in 0...size { columns[i][k] -= matrix[i, j] * columns[j][k] }
        }
        // The factor takes the matrix's place row by row.
        let pivot = matrix[i, i]
        guard pivot > 0 else { return nil }
        logs += log(pivot)
        let root = pivot.squareRoot()
        for k in 0...size { columns[i][k] /= root }
        for j in (i + 1)..<max(i + 1, rows.count) { matrix[j, i] /= root }
        for j in (i + 1)..<max(i + 1, rows.count) {
          for k in (i + 1)...j { matrix[j, k] -= matrix[j, i] * matrix[k, i] }
        }
      }
      for row in columns {
        for i in 0..<size {
          for j in 0...i { normal[i, j] += row[i] * row[j] }
          right[i] += row[i] * row[size]
        }
        squares += row[size] * row[size]
      }
      count += rows.count
    }
    guard let solver = Cholesky(normal, tolerance: 1e-12) else { return nil }
    effects = {
      var solution = right
      solver.solve(&solution)
      return solution
    }()
    let rest = squares - zip(effects, right).reduce(0) { $0 + $1.0 * $1.1 }
    let freedom = Double(count - size)
    guard rest > 0 else { return nil }
    variance = rest / freedom
    inverseDiagonal = solver.inverseDiagonal
    cost = (freedom * (log(2 * .pi * variance) + 1) + logs + Self.logDeterminant(normal)) / 2
  }
}

extension Restricted {
  /// Logarithm of the determinant of a positive definite matrix.
  fileprivate static func logDeterminant(_ matrix: SymmetricMatrix) -> Double {
    var (rest, sum) = (matrix, 0.0)
    for i in 0..<matrix.size {
      sum += log(rest[i, i])
      for j in (i + 1)..<max(i + 1, matrix.size) {
        for k in (i + 1)...j { rest[j, k] -= rest[j, i] * rest[k, i] / rest[i, i] }
      }
    }
    return sum
  }
}

/// The smallest value of a function of few unknowns, without its slopes.
///
/// Source: Nelder and Mead 1965, doi:10.1093/comjnl/7.4.308.
enum NelderMead {
  static func minimum(of f: ([Double]) -> Double, from start: [Double], step: Double = 0.5) -> [Double] {
    var points =
      [start]
      + start.indices.map { i in
        var point = start
        point[i] += step
        return point
      }
    var values = points.map(f)
    for _ in 0..<2000 {
      let order = values.indices.sorted { values[$0] < values[$1] }
      (points, values) = (order.map { points[$0] }, order.map { values[$0] })
      let last = points.count - 1
      let size = points.dropFirst().map { zip($0, points[0]).map { abs($0 - $1) }.max()! }.max()!
      if size < 1e-9 { break }
      let center = start.indices.map { i in points[..<last].reduce(0) { $0 + $1[i] } / Double(last) }
      func along(_ share: Double) -> [Double] { zip(center, points[last]).map { $0 + share * ($1 - $0) } }
      let reflected = along(-1)
      let value = f(reflected)
      if value < values[0] {
        let far = along(-2)
        let farValue = f(far)
        (points[last], values[last]) = farValue < value ? (far, farValue) : (reflected, value)
      } else if value < values[last - 1] {
        (points[last], values[last]) = (reflected, value)
      } else {
        let near = along(value < values[last] ? -0.5 : 0.5)
        let nearValue = f(near)
        if nearValue < min(value, values[last]) {
          (points[last], values[last]) = (near, nearValue)
        } else {
          for i in 1...last {
            points[i] = zip(points[i], points[0]).map { ($0 + $1) / 2 }
            values[i] = f(points[i])
          }
        }
      }
    }
    return points[0]
  }
}
