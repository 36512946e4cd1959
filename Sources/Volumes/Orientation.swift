/// Which way the axes of a volume point.
///
/// The same three letters mean opposite things in two worlds: nibabel and MONAI name the side an axis points *towards*,
/// SCT the side it starts *from*. So no orientation is ever a bare string here: write `Orientation(towards: "LAS")` or
/// `Orientation(sct: "RPI")`, which are equal.
public struct Orientation: Sendable, Hashable, CustomStringConvertible {
  /// For each voxel axis: the world axis it runs along (0 right–left, 1 anterior–posterior, 2 superior–inferior), and +1
  /// when it runs towards right, anterior or superior.
  public let axes: [(axis: Int, sign: Int)]

  init(axes: [(axis: Int, sign: Int)]) { self.axes = axes }

  /// Letters of the sides the axes point towards, as in nibabel: `RAS`. `nil` unless each world axis occurs once.
  public init?(towards letters: String) {
    let axes = letters.uppercased().compactMap { letter -> (axis: Int, sign: Int)? in
      switch letter {
      case "R": (0, 1)
      case "L": (0, -1)
      case "A": (1, 1)
      case "P": (1, -1)
      case "S": (2, 1)
      case "I": (2, -1)
      default: nil
      }
    }
    guard letters.count == 3, Set(axes.map(\.axis)).count == 3 else { return nil }
    self.axes = axes
  }

  /// Letters of the sides the axes start from, as in SCT: its `RPI` is `Orientation(towards: "LAS")`.
  public init?(sct letters: String) {
    guard let opposite = Orientation(towards: letters) else { return nil }
    self.axes = opposite.axes.map { ($0.axis, -$0.sign) }
  }

  /// The nearest orientation of an affine: each voxel axis is given the world axis it is closest to, strongest first.
  public init(of affine: Affine) {
    let directions = affine.directions
    var axes = [(axis: Int, sign: Int)](repeating: (0, 1), count: 3)
    var (freeVoxel, freeWorld) = (Set(0..<3), Set(0..<3))
    while !freeVoxel.isEmpty {
      let pairs = freeVoxel.sorted().flatMap { voxel in freeWorld.sorted().map { (voxel, $0) } }
      let best = pairs.max { abs(directions[$0.0][$0.1]) < abs(directions[$1.0][$1.1]) }!
      axes[best.0] = (best.1, directions[best.0][best.1] < 0 ? -1 : 1)
      freeVoxel.remove(best.0)
      freeWorld.remove(best.1)
    }
    self.axes = axes
  }

  /// The nearest orientation of an affine in which a given voxel axis runs superior-inferior, whatever the affine calls it.
  public init(of affine: Affine, upright: Int) {
    let directions = affine.directions
    let others = (0..<3).filter { $0 != upright }
    func fit(_ right: Int, _ anterior: Int) -> Double { abs(directions[right].x) + abs(directions[anterior].y) }
    let (right, anterior) = fit(others[0], others[1]) >= fit(others[1], others[0]) ? (others[0], others[1]) : (others[1], others[0])
    var axes = [(axis: Int, sign: Int)](repeating: (2, directions[upright].z < 0 ? -1 : 1), count: 3)
    axes[right] = (0, directions[right].x < 0 ? -1 : 1)
    axes[anterior] = (1, directions[anterior].y < 0 ? -1 : 1)
    self.axes = axes
  }

  /// The same with the axes that run right-left and anterior-posterior exchanged.
  public var withSidesExchanged: Orientation {
    Orientation(axes: axes.map { ([1, 0, 2][$0.axis], $0.sign) })
  }

  public static let ras = Orientation(axes: [(0, 1), (1, 1), (2, 1)])

  /// Letters of the sides the axes point towards.
  public var towards: String {
    String(axes.map { axis -> Character in Array(axis.sign > 0 ? "RAS" : "LPI")[axis.axis] })
  }

  public var description: String { towards }
  public static func == (a: Self, b: Self) -> Bool { a.towards == b.towards }
  public func hash(into hasher: inout Hasher) { hasher.combine(towards) }
}

extension Grid {
  public var orientation: Orientation { Orientation(of: affine) }

  /// The same voxels listed along other axes: shape and affine change, the world positions do not.
  public func reoriented(to target: Orientation) -> Grid { reoriented(to: target, from: orientation) }

  /// The same where the axes run otherwise than the affine says.
  ///
  /// - Parameters:
  ///   - target: How the axes should run.
  ///   - current: How they do run.
  public func reoriented(to target: Orientation, from current: Orientation) -> Grid { permutation(to: target, from: current).grid }

  /// For each new axis: the old axis it is, and whether it is reversed; with the new grid.
  func permutation(to target: Orientation, from current: Orientation) -> (axes: [(old: Int, reversed: Bool)], grid: Grid) {
    let current = current.axes
    let axes = target.axes.map { wanted -> (old: Int, reversed: Bool) in
      let old = current.firstIndex { $0.axis == wanted.axis }!
      return (old, current[old].sign != wanted.sign)
    }
    let columns = [affine.x, affine.y, affine.z]
    var origin = affine.origin
    for axis in axes where axis.reversed { origin += columns[axis.old] * Double(shape[axis.old] - 1) }
    let steps = axes.map { columns[$0.old] * ($0.reversed ? -1 : 1) }
    let grid = Grid(
      shape: SIMD3(axes.map { shape[$0.old] }), affine: Affine(x: steps[0], y: steps[1], z: steps[2], origin: origin))
    return (axes, grid)
  }
}

extension Volume {
  /// The same image with its voxels listed along other axes. Nothing is interpolated.
  public func reoriented(to target: Orientation) -> Volume { reoriented(to: target, from: grid.orientation) }

  /// The same where the axes run otherwise than the affine says.
  ///
  /// - Parameters:
  ///   - target: How the axes should run.
  ///   - current: How they do run.
  public func reoriented(to target: Orientation, from current: Orientation) -> Volume {
    guard current != target else { return self }
    let (axes, newGrid) = grid.permutation(to: target, from: current)
    let strides = [1, grid.shape.x, grid.shape.x * grid.shape.y]
    let steps = axes.map { $0.reversed ? -strides[$0.old] : strides[$0.old] }
    let start = axes.reduce(0) { $1.reversed ? $0 + strides[$1.old] * (grid.shape[$1.old] - 1) : $0 }
    let shape = newGrid.shape
    let result = [Float](unsafeUninitializedCapacity: newGrid.count) { target, count in
      voxels.withUnsafeBufferPointer { source in
        for z in 0..<shape.z {
          for y in 0..<shape.y {
            var from = start + z * steps[2] + y * steps[1]
            for _ in 0..<shape.x {
              target[count] = source[from]
              (count, from) = (count + 1, from + steps[0])
            }
          }
        }
      }
    }
    return Volume(voxels: result, grid: newGrid)
  }
}

/// Written as the three letters the axes point towards (`"RAS"`).
extension Orientation: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let letters = try container.decode(String.self)
    guard let orientation = Orientation(towards: letters) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "\"\(letters)\" is no orientation; expected three letters such as RAS (the sides the axes point towards)")
    }
    self = orientation
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(towards)
  }
}
