import Foundation
import Numerics
import Statistics
import Volumes

/// A mask's area against the steepest edge of its scan: a reference that needs no annotation.
///
/// In each slice across the body rays leave the mask's center. Along each, the intensity (cubic interpolation) has its largest gradient of
/// the slice's own sign within 2 mm of the mask's outline; these places, smoothed around the cord, enclose the edge's area. Slices of little
/// contrast, and those in which the mask is small or reaches the rim, tell nothing.
public struct SteepestEdge: Sendable {
  /// Area of the mask in slices with an edge over that within the edge.
  public let areaRatio: Double
  /// Mean way outwards from the edge to the mask's outline, mm.
  public let distance: Double
  /// Median over slices of how much brighter or darker the surroundings are than the cord, as a share of the cord.
  public let contrast: Double
  /// Slices that tell.
  public let slices: Int

  private static let rays = 72
  /// Of the way along rays, and how far it is searched, mm.
  private static let (step, reach) = (0.1, 2.0)
  private static let (leastContrast, leastArea) = (0.15, 20.0)
  /// SD of the smoothing around the cord, in rays.
  private static let smoothing = 3.0

  /// - Parameters:
  ///   - mask: Occupancy.
  ///   - image: The scan, on the same grid.
  /// - Throws: ``NotComputable`` where no slice has an edge.
  public init(of mask: Volume, in image: Volume) throws(NotComputable) {
    guard mask.grid.shape == image.grid.shape else { throw NotComputable("the scan lies on another grid") }
    let (mask, image) = (mask.reoriented(to: .ras), image.reoriented(to: .ras))
    let found = (0..<mask.grid.shape.z).compactMap { Slice(of: mask, image, at: $0) }
    guard !found.isEmpty else { throw NotComputable("no slice has an edge of enough contrast") }
    areaRatio = found.reduce(0) { $0 + $1.area } / found.reduce(0) { $0 + $1.edgeArea }
    distance = found.map(\.distance).mean
    contrast = found.map(\.contrast).median
    slices = found.count
  }

  private struct Slice {
    var area, edgeArea, distance, contrast: Double

    init?(of mask: Volume, _ image: Volume, at z: Int) {
      let (shape, spacing) = (mask.grid.shape, mask.grid.spacing)
      var (sum, center) = (0.0, SIMD2<Double>.zero)
      for y in 0..<shape.y {
        for x in 0..<shape.x where mask[x, y, z] > 0 {
          sum += Double(mask[x, y, z])
          center += Double(mask[x, y, z]) * SIMD2(Double(x) * spacing.x, Double(y) * spacing.y)
        }
      }
      area = sum * spacing.x * spacing.y
      guard area > SteepestEdge.leastArea else { return nil }
      center /= sum
      let angles = (0..<SteepestEdge.rays).map { 2 * .pi * Double($0) / Double(SteepestEdge.rays) }
      func value(_ volume: Volume, _ angle: Double, _ radius: Double) -> Double {
        volume.cubic(center.x + radius * cos(angle), center.y + radius * sin(angle), z)
      }
      let steps = Int(SteepestEdge.reach / SteepestEdge.step)
      var (outline, profiles): ([Double], [[Double]]) = ([], [])
      for angle in angles {
        guard let radius = stride(from: 0.5, to: 15, by: 0.05).first(where: { value(mask, angle, $0) < 0.5 }) else { return nil }
        outline.append(radius)
        profiles.append((-steps...steps).map { value(image, angle, max(0, radius + Double($0) * SteepestEdge.step)) })
      }
      let (inside, outside) = (
        profiles.flatMap { $0.prefix(steps / 2) }.mean, profiles.flatMap { $0.suffix(steps / 2) }.mean
      )
      contrast = abs(outside - inside) / max(abs(inside), 1e-9)
      guard profiles.joined().allSatisfy(\.isFinite), contrast > SteepestEdge.leastContrast else { return nil }
      let sign = outside > inside ? 1.0 : -1.0
      let shifts = profiles.map { profile -> Double in
        let best = (1..<profile.count - 1).max { sign * (profile[$0 + 1] - profile[$0 - 1]) < sign * (profile[$1 + 1] - profile[$1 - 1]) }!
        return Double(best - steps) * SteepestEdge.step
      }
      let smooth = Self.smoothed(shifts)
      edgeArea = zip(outline, smooth).reduce(0) { $0 + ($1.0 + $1.1) * ($1.0 + $1.1) } * .pi / Double(SteepestEdge.rays)
      distance = -smooth.mean
    }

    private static func smoothed(_ values: [Double]) -> [Double] {
      let width = Int(3 * SteepestEdge.smoothing)
      let weights = (-width...width).map { exp(-0.5 * pow(Double($0) / SteepestEdge.smoothing, 2)) }
      let total = weights.reduce(0, +)
      return values.indices.map { index in
        zip(-width...width, weights).reduce(0) { $0 + values[(index + $1.0 + values.count) % values.count] * $1.1 } / total
      }
    }
  }
}

extension Volume {
  /// Value within a slice by cubic convolution; not a number beyond the rim.
  ///
  /// - Parameter x, y: Distance from the first voxel's center, mm.
  fileprivate func cubic(_ x: Double, _ y: Double, _ z: Int) -> Double {
    let place = SIMD2(x / grid.spacing.x, y / grid.spacing.y)
    let low = place.rounded(.down)
    let (i, j) = (Int(low.x), Int(low.y))
    guard i >= 1, j >= 1, i + 2 < grid.shape.x, j + 2 < grid.shape.y else { return .nan }
    func weights(_ t: Double) -> [Double] {
      [
        ((-0.5 * t + 1) * t - 0.5) * t, (1.5 * t - 2.5) * t * t + 1, ((-1.5 * t + 2) * t + 0.5) * t, (0.5 * t - 0.5) * t * t,
      ]
    }
    let (a, b) = (weights(place.x - low.x), weights(place.y - low.y))
    var sum = 0.0
    for row in 0..<4 {
      for column in 0..<4 { sum += a[column] * b[row] * Double(self[i - 1 + column, j - 1 + row, z]) }
    }
    return sum
  }
}
