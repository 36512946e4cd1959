import Numerics
import Testing

struct CholeskyTests {
  /// The example of many textbooks: [[4, 12, -16], [12, 37, -43], [-16, -43, 98]] has the factor [[2], [6, 1], [-8, 5, 3]].
  static let textbook: SymmetricMatrix = {
    var matrix = SymmetricMatrix(size: 3)
    for (i, row) in [[4.0], [12, 37], [-16, -43, 98]].enumerated() { for (j, value) in row.enumerated() { matrix[i, j] = value } }
    return matrix
  }()

  @Test func aKnownSystem() {
    // Right sides of the solutions (1, 2, 3) and (1, 0, 0), side by side.
    var values = [-20.0, 4, -43, 12, 192, -16]
    Cholesky(Self.textbook).solve(&values, columns: 2)
    #expect(zip(values, [1.0, 1, 2, 0, 3, 0]).allSatisfy { abs($0 - $1) < 1e-10 })
  }

  @Test func theInverseDiagonal() {
    // The inverse is the adjugate over the determinant, 36.
    let expected: [Double] = [1777.0 / 36, 136.0 / 36, 4.0 / 36]
    #expect(zip(Cholesky(Self.textbook).inverseDiagonal, expected).allSatisfy { abs($0 - $1) < 1e-10 })
  }

  /// A band matrix solves as the full matrix of the same elements does, and gives the right side back.
  @Test(arguments: [1, 3, 4]) func bands(band: Int) {
    var generator = Generator(seed: UInt64(band))
    let size = 25
    var (full, narrow) = (SymmetricMatrix(size: size), SymmetricMatrix(size: size, band: band))
    for i in 0..<size {
      for j in max(0, i - band)...i {
        let value = i == j ? 2 * Double(band) + 1 : generator.uniform(-1, 1)
        (full[i, j], narrow[i, j]) = (value, value)
      }
    }
    let right = (0..<size).map { _ in generator.normal() }
    var (a, b) = (right, right)
    Cholesky(full).solve(&a)
    Cholesky(narrow).solve(&b)
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 })
    let product = (0..<size).map { i in (0..<size).reduce(0) { $0 + full[max(i, $1), min(i, $1)] * b[$1] } }
    #expect(zip(product, right).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func anUnknownThatIsNotToldIsNoticed() {
    var matrix = SymmetricMatrix(size: 2)
    (matrix[0, 0], matrix[1, 0], matrix[1, 1]) = (1, 2, 4)
    #expect(Cholesky(matrix, tolerance: 1e-12).map { _ in true } == nil)
    matrix[1, 1] = 5
    #expect(Cholesky(matrix, tolerance: 1e-12).map { _ in true } != nil)
  }
}

struct MedianTests {
  @Test func valuesInTheMiddle() {
    #expect([3.0].median == 3 && [4.0, 1].median == 2.5 && [9.0, 1, 4].median == 4 && [1.0, 2, 8, 3].median == 2.5)
    #expect([Double]().median.isNaN)
  }
}
