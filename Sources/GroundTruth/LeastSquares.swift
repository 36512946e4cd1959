/// Linear least squares with a handful of unknowns, by its normal equations.
struct LeastSquares {
  private let count: Int
  /// Lower half by rows; only that is filled.
  private var matrix: [Double]
  private var right: [Double]

  init(unknowns: Int) {
    count = unknowns
    matrix = [Double](repeating: 0, count: unknowns * unknowns)
    right = [Double](repeating: 0, count: unknowns)
  }

  /// Adds an observation: the sum of unknowns times `row` should be `value`.
  mutating func add(_ row: [Double], _ value: Double) {
    for i in 0..<count where row[i] != 0 {
      right[i] += row[i] * value
      for j in 0...i { matrix[i * count + j] += row[i] * row[j] }
    }
  }

  /// The unknowns, and their covariances where observations have a variance of 1; `nil` where they are not told.
  func solved() -> (values: [Double], variances: [Double])? {
    var factor = matrix
    for i in 0..<count {
      for j in 0...i {
        var sum = factor[i * count + j]
        for k in 0..<j { sum -= factor[i * count + k] * factor[j * count + k] }
        if i == j {
          guard sum > 1e-12 * matrix[i * count + i] else { return nil }
          factor[i * count + i] = sum.squareRoot()
        } else {
          factor[i * count + j] = sum / factor[j * count + j]
        }
      }
    }
    func forward(_ values: inout [Double]) {
      for i in 0..<count {
        for k in 0..<i { values[i] -= factor[i * count + k] * values[k] }
        values[i] /= factor[i * count + i]
      }
    }
    var values = right
    forward(&values)
    for i in (0..<count).reversed() {
      for k in (i + 1)..<max(i + 1, count) { values[i] -= factor[k * count + i] * values[k] }
      values[i] /= factor[i * count + i]
    }
    // The inverse's diagonal: squared columns of the factor's inverse.
    let variances = (0..<count).map { i -> Double in
      var unit = [Double](repeating: 0, count: count)
      unit[i] = 1
      forward(&unit)
      return unit.reduce(0) { $0 + $1 * $1 }
    }
    return (values, variances)
  }
}
