import Tensors

/// A smooth positive field: the exponential of a polynomial of third degree over the box −1…1.
///
/// Source: Legendre polynomials, as in MONAI's `RandBiasField`.
public struct PolynomialField: Sendable, Hashable {
  /// One number for each product of Legendre polynomials P_i(x) P_j(y) P_k(z) with i + j + k up to 3, k fastest.
  public var coefficients: [Double]

  /// How many products there are.
  public static let count = 20

  /// - Parameter coefficients: ``count`` of them.
  public init(coefficients: [Double]) {
    precondition(coefficients.count == Self.count, "a field of third degree has \(Self.count) coefficients")
    self.coefficients = coefficients
  }

  /// The field on a box of voxels.
  ///
  /// - Returns: [1, 1] + shape.
  func callAsFunction(shape: [Int], on device: Device) throws -> Tensor {
    let basis = shape.map { size in (0...3).map { degree in (0..<size).map { Self.legendre(degree, Self.position($0, of: size)) } } }
    func along(_ axis: Int, _ values: [Double]) throws -> Tensor {
      var size = [1, 1, 1, 1, 1]
      size[axis + 2] = shape[axis]
      return try Tensor(values.map { Float($0) }, shape: size, on: device)
    }
    var index = 0
    var sum = try Tensor.zeros(shape: [1, 1] + shape, on: device)
    for i in 0...3 {
      for j in 0...(3 - i) {
        var profile = [Double](repeating: 0, count: shape[2])
        for k in 0...(3 - i - j) {
          for z in profile.indices { profile[z] += coefficients[index] * basis[2][k][z] }
          index += 1
        }
        sum = try sum + along(0, basis[0][i]) * along(1, basis[1][j]) * along(2, profile)
      }
    }
    return try sum.exp()
  }

  private static func position(_ index: Int, of size: Int) -> Double { size > 1 ? 2 * Double(index) / Double(size - 1) - 1 : 0 }

  private static func legendre(_ degree: Int, _ x: Double) -> Double {
    switch degree {
    case 0: 1
    case 1: x
    case 2: (3 * x * x - 1) / 2
    default: (5 * x * x * x - 3 * x) / 2
    }
  }
}
