import CTorch

// Element by element; shapes broadcast as in NumPy and PyTorch.
extension Tensor {
  /// Sum of each two elements.
  public static func + (a: Tensor, b: Tensor) throws -> Tensor { try a.apply("+", b, ct_add) }
  /// Difference of each two elements.
  public static func - (a: Tensor, b: Tensor) throws -> Tensor { try a.apply("-", b, ct_sub) }
  /// Product of each two elements.
  public static func * (a: Tensor, b: Tensor) throws -> Tensor { try a.apply("*", b, ct_mul) }
  /// Quotient of each two elements.
  public static func / (a: Tensor, b: Tensor) throws -> Tensor { try a.apply("/", b, ct_div) }

  /// Sum of each element and one number.
  public static func + (a: Tensor, b: Float) throws -> Tensor { try a.apply("+") { ct_add_scalar($0, Double(b)) } }
  /// Difference of each element and one number.
  public static func - (a: Tensor, b: Float) throws -> Tensor { try a.apply("-") { ct_add_scalar($0, -Double(b)) } }
  /// Product of each element and one number.
  public static func * (a: Tensor, b: Float) throws -> Tensor { try a.apply("*") { ct_mul_scalar($0, Double(b)) } }
  /// Quotient of each element and one number.
  public static func / (a: Tensor, b: Float) throws -> Tensor { try a.apply("/") { ct_div_scalar($0, Double(b)) } }

  /// Sum of one number and each element.
  public static func + (a: Float, b: Tensor) throws -> Tensor { try b + a }
  /// Difference of one number and each element.
  public static func - (a: Float, b: Tensor) throws -> Tensor { try b.apply("-") { ct_rsub_scalar($0, Double(a)) } }
  /// Product of one number and each element.
  public static func * (a: Float, b: Tensor) throws -> Tensor { try b * a }
  /// Quotient of one number and each element.
  public static func / (a: Float, b: Tensor) throws -> Tensor { try b.apply("/") { ct_rdiv_scalar($0, Double(a)) } }

  /// The negative of each element.
  public static prefix func - (a: Tensor) throws -> Tensor { try a.apply("-", ct_neg) }

  /// e to the power of each element.
  public func exp() throws -> Tensor { try apply("exp", ct_exp) }
  /// The natural logarithm.
  public func log() throws -> Tensor { try apply("log", ct_log) }
  /// log(1 + x), exact for small x.
  public func log1p() throws -> Tensor { try apply("log1p", ct_log1p) }
  /// The square root.
  public func sqrt() throws -> Tensor { try apply("sqrt", ct_sqrt) }
  /// The absolute value; its gradient at 0 is 0.
  public func abs() throws -> Tensor { try apply("abs", ct_abs) }
  /// Each element to one power.
  public func pow(_ exponent: Float) throws -> Tensor { try apply("pow") { ct_pow_scalar($0, Double(exponent)) } }
  /// Each element to the power of the other's.
  public func pow(_ exponent: Tensor) throws -> Tensor { try apply("pow", exponent, ct_pow) }
  /// Each element moved into [min, max].
  public func clamped(min: Float, max: Float) throws -> Tensor { try apply("clamped") { ct_clamp($0, Double(min), Double(max)) } }
  /// 1 / (1 + e^−x).
  public func sigmoid() throws -> Tensor { try apply("sigmoid", ct_sigmoid) }
  /// max(x, 0).
  public func relu() throws -> Tensor { try apply("relu", ct_relu) }
  /// x where positive, else slope · x.
  public func leakyReLU(slope: Float = 0.01) throws -> Tensor { try apply("leakyReLU") { ct_leaky_relu($0, Double(slope)) } }
  /// e^x over its sum along one dimension.
  public func softmax(dim: Int) throws -> Tensor { try apply("softmax") { ct_softmax($0, Int64(dim)) } }
  /// The larger of the two.
  public func maximum(_ other: Tensor) throws -> Tensor { try apply("maximum", other, ct_maximum) }
  /// The smaller of the two.
  public func minimum(_ other: Tensor) throws -> Tensor { try apply("minimum", other, ct_minimum) }

  // Comparisons give 1 where they hold and 0 elsewhere, in this tensor's float type (float32 for integers).

  /// 1 where this < other.
  public func isLess(than other: Tensor) throws -> Tensor { try apply("isLess", other, ct_lt) }
  /// 1 where this ≤ other.
  public func isAtMost(_ other: Tensor) throws -> Tensor { try apply("isAtMost", other, ct_le) }
  /// 1 where this > other.
  public func isGreater(than other: Tensor) throws -> Tensor { try apply("isGreater", other, ct_gt) }
  /// 1 where this ≥ other.
  public func isAtLeast(_ other: Tensor) throws -> Tensor { try apply("isAtLeast", other, ct_ge) }
  /// 1 where both are the same number.
  public func isEqual(to other: Tensor) throws -> Tensor { try apply("isEqual", other, ct_eq) }

  /// 1 where this < other.
  public func isLess(than other: Float) throws -> Tensor { try apply("isLess") { ct_lt_scalar($0, Double(other)) } }
  /// 1 where this ≤ other.
  public func isAtMost(_ other: Float) throws -> Tensor { try apply("isAtMost") { ct_le_scalar($0, Double(other)) } }
  /// 1 where this > other.
  public func isGreater(than other: Float) throws -> Tensor { try apply("isGreater") { ct_gt_scalar($0, Double(other)) } }
  /// 1 where this ≥ other.
  public func isAtLeast(_ other: Float) throws -> Tensor { try apply("isAtLeast") { ct_ge_scalar($0, Double(other)) } }
  /// 1 where this is the number.
  public func isEqual(to other: Float) throws -> Tensor { try apply("isEqual") { ct_eq_scalar($0, Double(other)) } }

  /// `a` where the condition is not zero, `b` elsewhere.
  public static func `where`(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    let made = condition.read { c in a.read { a in b.read { b in ct_where(c, a, b) } } }
    guard let made else { throw TensorError(last: "where", [condition, a, b]) }
    return Tensor(handle: made)
  }
}
