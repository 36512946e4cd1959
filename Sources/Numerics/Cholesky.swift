/// A symmetric matrix whose elements far from the diagonal vanish.
public struct SymmetricMatrix: Sendable {
  /// Rows, and columns.
  public let size: Int
  /// Diagonals below the main one that may hold other values than 0.
  public let band: Int
  /// By row: the element on the diagonal and those to its left.
  @usableFromInline var elements: [Double]

  /// A matrix of zeros.
  ///
  /// - Parameter band: All diagonals where `nil`.
  public init(size: Int, band: Int? = nil) {
    (self.size, self.band) = (size, band ?? max(size - 1, 0))
    elements = [Double](repeating: 0, count: size * (self.band + 1))
  }

  /// An element of the lower half, `row - band <= column <= row`.
  @inlinable public subscript(row: Int, column: Int) -> Double {
    get { elements[row * (band + 1) + row - column] }
    set { elements[row * (band + 1) + row - column] = newValue }
  }
}

/// Solves symmetric positive definite systems by the factor L of L·Lᵀ.
///
/// The factor has the matrix's band, so that a system of n unknowns takes n·band² steps.
public struct Cholesky: Sendable {
  private let factor: SymmetricMatrix

  /// The factor; a pivot that is not positive is replaced by almost nothing, so that what the system does not tell gets any value.
  public init(_ matrix: SymmetricMatrix) { factor = Self.factor(matrix) { sum, _ in max(sum, 1e-300) }! }

  /// The factor, or `nil` where the system does not tell its unknowns.
  ///
  /// - Parameter tolerance: Least share of an element on the diagonal that may be left of it.
  public init?(_ matrix: SymmetricMatrix, tolerance: Double) {
    guard let factor = Self.factor(matrix, pivot: { sum, diagonal in sum > tolerance * diagonal ? sum : nil }) else { return nil }
    self.factor = factor
  }

  private static func factor(_ matrix: SymmetricMatrix, pivot: (Double, Double) -> Double?) -> SymmetricMatrix? {
    var factor = matrix
    for i in 0..<matrix.size {
      let first = max(0, i - matrix.band)
      for j in first...i {
        var sum = matrix[i, j]
        for k in first..<j { sum -= factor[i, k] * factor[j, k] }
        if i == j {
          guard let kept = pivot(sum, matrix[i, i]) else { return nil }
          factor[i, i] = kept.squareRoot()
        } else {
          factor[i, j] = sum / factor[j, j]
        }
      }
    }
    return factor
  }

  /// Replaces right sides by solutions.
  ///
  /// - Parameters:
  ///   - values: By row, then column.
  ///   - columns: How many right sides there are.
  public func solve(_ values: inout [Double], columns: Int = 1) {
    for c in 0..<columns {
      forward(&values, column: c, of: columns)
      for i in (0..<factor.size).reversed() {
        let end = min(factor.size, i + factor.band + 1)
        for k in (i + 1)..<max(i + 1, end) { values[i * columns + c] -= factor[k, i] * values[k * columns + c] }
        values[i * columns + c] /= factor[i, i]
      }
    }
  }

  /// The diagonal of the inverse matrix: variances of the unknowns where the matrix is one of normal equations.
  public var inverseDiagonal: [Double] {
    (0..<factor.size).map { i in
      var unit = [Double](repeating: 0, count: factor.size)
      unit[i] = 1
      forward(&unit, column: 0, of: 1)
      return unit.reduce(0) { $0 + $1 * $1 }
    }
  }

  private func forward(_ values: inout [Double], column c: Int, of columns: Int) {
    for i in 0..<factor.size {
      for k in max(0, i - factor.band)..<i { values[i * columns + c] -= factor[i, k] * values[k * columns + c] }
      values[i * columns + c] /= factor[i, i]
    }
  }
}
