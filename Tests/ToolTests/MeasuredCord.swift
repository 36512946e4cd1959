import Foundation
import NIfTI
import Numerics
import Simulation
import Volumes

/// The exact mask of a simulated cord, with labels whose places along it are known.
struct MeasuredCord {
  let neck: Neck
  let mask: Volume
  /// Levels that lie wholly in the mask.
  let levels: ClosedRange<Int>

  /// One person from above C1 to below T1, at 1 mm; made once for all tests.
  static let whole = MeasuredCord(seed: 4, levels: 1...8)

  /// - Parameters:
  ///   - levels: The field of view begins and ends 6 mm beyond them.
  init(seed: UInt64, levels: ClosedRange<Int>) {
    var generator = Generator(seed: seed)
    neck = Neck(generator: &generator)
    let (top, bottom) = (neck.discPosition(levels.lowerBound), neck.discPosition(levels.upperBound + 1))
    let points = [top, bottom] + levels.map(neck.discPosition)
    let lower = points.reduce(top) { pointwiseMin($0, $1) } - SIMD3(12, 12, 6)
    let upper = points.reduce(top) { pointwiseMax($0, $1) } + SIMD3(12, 12, 6)
    let shape = SIMD3<Int>((upper - lower).rounded(.up)) &+ 1
    let grid = Grid(shape: shape, affine: Affine(spacing: .one, origin: lower))
    mask = neck.cordOccupancy(on: grid, seenBy: Acquisition(contrast: .t2w, grid: grid, seed: 1))
    self.levels = levels
  }

  /// Direction of the cord at a disc, towards the head, and the front across it.
  private func axes(at disc: Int) -> (up: SIMD3<Double>, front: SIMD3<Double>) {
    let center = neck.discPosition(disc)
    let curve = neck.centerline(spacing: 0.5)
    let nearest = curve.indices.min { (curve[$0] - center).length < (curve[$1] - center).length }!
    let up = (curve[nearest - 4] - curve[nearest + 4]).normalized
    return (up, SIMD3(1, 0, 0).cross(up).normalized * -1)
  }

  /// Voxels at the rims of discs, 9 mm in front of the cord's middle, on a grid of their own.
  ///
  /// - Parameter numbers: Label of each disc.
  func discs(_ numbers: [(disc: Int, label: Int)]) -> Volume {
    var labels = Volume(repeating: 0, grid: labelGrid)
    for (disc, label) in numbers { labels.put(Float(label), at: neck.discPosition(disc) + 9 * axes(at: disc).front) }
    return labels
  }

  /// All discs as SCT numbers them, some left out.
  func discs(without missing: Set<Int> = []) -> Volume {
    discs((levels.lowerBound...levels.upperBound + 1).filter { !missing.contains($0) }.map { ($0, $0) })
  }

  /// A voxel `distance` mm above the first disc, straight on along the cord.
  func junction(above distance: Double) -> Volume {
    var labels = Volume(repeating: 0, grid: labelGrid)
    labels.put(50, at: neck.discPosition(levels.lowerBound) + distance * axes(at: levels.lowerBound).up)
    return labels
  }

  /// The number of its vertebra in every voxel near the cord, on the mask's grid.
  func levelMask() -> Volume {
    var labels = mask.binarized(above: 0.1)
    let held = labels.voxels.indices.filter { labels.voxels[$0] > 0 }
    let shape = mask.grid.shape
    let points = held.map { mask.grid.world(SIMD3(Double($0 % shape.x), Double($0 / shape.x % shape.y), Double($0 / shape.x / shape.y))) }
    for (offset, level) in zip(held, neck.levels(of: points)) {
      labels.voxels[offset] = Float(level.flatMap { levels.contains($0) ? $0 : nil } ?? 0)
    }
    return labels
  }

  /// Turned against the mask's grid, finer along the cord, and larger: labels are found by their places in the world.
  private var labelGrid: Grid {
    let (sine, cosine) = (sin(0.2), cos(0.2))
    let (x, y, z) = (SIMD3(cosine, 0, sine) * 2, SIMD3(0.0, -2, 0), SIMD3(-sine, 0, cosine) * 0.8)
    let shape = SIMD3(36, 40, 260)
    let grid = Grid(shape: shape, affine: Affine(x: x, y: y, z: z, origin: .zero))
    return Grid(shape: shape, affine: Affine(x: x, y: y, z: z, origin: mask.grid.center - grid.center))
  }

  /// Exact mean area over levels, by length.
  func trueArea(_ levels: ClosedRange<Int>) -> Double {
    let lengths = levels.map { neck.extent(ofLevel: $0).upperBound - neck.extent(ofLevel: $0).lowerBound }
    return zip(levels, lengths).reduce(0) { $0 + neck.trueArea(level: $1.0) * $1.1 } / lengths.reduce(0, +)
  }
}

extension Volume {
  /// Labels the voxel nearest to a world position.
  mutating func put(_ value: Float, at point: SIMD3<Double>) {
    let index = grid.affine.inverse(point).rounded(.toNearestOrAwayFromZero)
    voxels[grid.offset(Int(index.x), Int(index.y), Int(index.z))] = value
  }
}

/// A TSV table as it was written.
struct WrittenTable {
  let columns: [String]
  let rows: [[String: String]]

  init(_ text: String, separator: Character = "\t") {
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
    let columns = lines.first ?? []
    self.columns = columns
    rows = lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(columns, $0)) }
  }

  /// Numbers of a column; `nil` for missing ones.
  func numbers(_ column: String) -> [Double?] { rows.map { $0[column].flatMap(Double.init) } }

  func texts(_ column: String) -> [String] { rows.map { $0[column] ?? "" } }
}
