import Numerics

/// Linear least squares with a handful of unknowns, by its normal equations.
struct LeastSquares {
  private var matrix: SymmetricMatrix
  private var right: [Double]

  init(unknowns: Int) {
    matrix = SymmetricMatrix(size: unknowns)
    right = [Double](repeating: 0, count: unknowns)
  }

  /// Adds an observation: the sum of unknowns times `row` should be `value`.
  mutating func add(_ row: [Double], _ value: Double) {
    for i in right.indices where row[i] != 0 {
      right[i] += row[i] * value
      for j in 0...i { matrix[i, j] += row[i] * row[j] }
    }
  }

  /// The unknowns, and their variances where observations have a variance of 1; `nil` where they are not told.
  func solved() -> (values: [Double], variances: [Double])? {
    guard let cholesky = Cholesky(matrix, tolerance: 1e-12) else { return nil }
    var values = right
    cholesky.solve(&values)
    return (values, cholesky.inverseDiagonal)
  }
}
