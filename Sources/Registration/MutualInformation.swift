import Foundation
import Morphometry
import Volumes

/// How well one image's gray levels tell another's, whatever the contrasts: their mutual information near the cord.
///
/// Voxels of the moving image are compared with what the fixed image shows there, averaged over the moving slice's thickness, so that
/// a thick slice meets a thick slice.
///
/// Source: Viola and Wells 1997, doi:10.1023/A:1007958904918; linear binning as in Maes et al. 1997, doi:10.1109/42.563664.
public struct MutualInformation: Sendable {
  /// Gray levels of each image.
  fileprivate static let bins = 32
  /// Voxels that are compared: more add time, not certainty.
  private static let most = 16_000

  private let fixed: Volume
  private let toVoxel: Affine
  private let places: [SIMD3<Double>]
  /// Slice of each place.
  private let slices: [Int]
  /// Gray level of each place in the moving image, in bins.
  private let levels: [Float]
  /// World displacements across the moving slice.
  private let slab: [SIMD3<Double>]
  private let window: (low: Float, scale: Float)

  /// Prepares a comparison.
  ///
  /// - Parameters:
  ///   - centers: Middle of the cord in the moving image by slice number, world mm.
  ///   - radius: How far from the cord voxels are compared, mm.
  /// - Returns: `nil` where fewer than 200 voxels lie there, or all have one gray level.
  public init?(moving: Volume, fixed: Volume, centers: [Int: SIMD3<Double>], radius: Double) {
    let slicing = Slicing(of: moving.grid)
    let grid = moving.grid
    let toIndex = grid.affine.inverse
    let others = [0, 1, 2].filter { $0 != slicing.axis }
    var (places, slices, values): ([SIMD3<Double>], [Int], [Float]) = ([], [], [])
    for (slice, center) in centers.sorted(by: { $0.key < $1.key }) where (0..<slicing.count).contains(slice) {
      let middle = toIndex(center)
      let reach = others.map { radius / grid.spacing[$0] }
      func range(_ k: Int) -> [Int] {
        let axis = others[k]
        let low = max(0, Int((middle[axis] - reach[k]).rounded(.up)))
        return Array(low..<max(low, min(grid.shape[axis], Int((middle[axis] + reach[k]).rounded(.down)) + 1)))
      }
      for b in range(1) {
        for a in range(0) {
          var index = SIMD3<Int>(repeating: slice)
          (index[others[0]], index[others[1]]) = (a, b)
          let place = grid.world(SIMD3<Double>(index))
          guard (place - center).length <= radius else { continue }
          places.append(place)
          slices.append(slice)
          values.append(moving[index.x, index.y, index.z])
        }
      }
    }
    guard places.count >= 200 else { return nil }
    // Every n-th of a shuffled order would be as good; a stride that shares no factor with rows is enough.
    let stride = max(1, places.count / Self.most)
    let kept = Swift.stride(from: 0, to: places.count, by: stride)
    self.places = kept.map { places[$0] }
    self.slices = kept.map { slices[$0] }
    let chosen = kept.map { values[$0] }
    guard let own = Self.window(of: chosen) else { return nil }
    levels = chosen.map { min(max(($0 - own.low) * own.scale, 0), Float(Self.bins - 1)) }
    let thick = slicing.spacing
    let samples = max(1, Int((thick / max(fixed.grid.spacing.min(), 0.7)).rounded()))
    slab = (0..<min(samples, 5)).map { k in
      slicing.normal * (thick * ((Double(k) + 0.5) / Double(min(samples, 5)) - 0.5))
    }
    let index = fixed.grid.affine.inverse
    let near = self.places.map { fixed.interpolated(at: index($0), outside: .value(.nan)) }.filter(\.isFinite)
    guard near.count >= 200, let other = Self.window(of: near) else { return nil }
    (self.fixed, toVoxel, window) = (fixed, index, other)
  }

  private static func window(of values: [Float]) -> (low: Float, scale: Float)? {
    let sorted = values.filter(\.isFinite).sorted()
    guard !sorted.isEmpty else { return nil }
    let (low, high) = (sorted[sorted.count / 100], sorted[sorted.count - 1 - sorted.count / 100])
    return high > low ? (low, Float(bins - 1) / (high - low)) : nil
  }

  /// Mutual information under a motion, nats; `nil` where less than half of the voxels stay in the fixed image.
  ///
  /// - Parameter affine: Moving world mm → fixed world mm.
  public func callAsFunction(_ affine: Affine) -> Double? {
    guard let counts = counts(places.indices, affine: { _ in affine }) else { return nil }
    return counts.information
  }

  /// Shifts of single slices within their plane that make their gray levels likelier, given how gray levels go together in the whole scan.
  ///
  /// - Parameters:
  ///   - affine: Moving world mm → fixed world mm, for all slices.
  ///   - directions: Two unit vectors in the fixed world for each slice that is looked at.
  ///   - prior: For each of these slices, where its shift is expected, mm, and how surely (SD, mm).
  /// - Returns: Shift along the two directions, mm.
  func steps(
    after affine: Affine, directions: [Int: (SIMD3<Double>, SIMD3<Double>)], prior: [Int: (mean: SIMD2<Double>, sd: Double)]
  ) -> [Int: SIMD2<Double>] {
    let members = Dictionary(grouping: places.indices) { slices[$0] }
    var steps = prior.mapValues(\.mean)
    for _ in 0..<2 {
      let shifted = steps
      let whole = counts(places.indices) { slice in
        var own = affine
        if let step = shifted[slice], let (a, b) = directions[slice] { own.origin += a * step.x + b * step.y }
        return own
      }
      guard let gains = whole?.gains else { return steps }
      for (slice, (a, b)) in directions {
        guard let own = members[slice], let (mean, sd) = prior[slice] else { continue }
        func score(_ step: SIMD2<Double>) -> Double {
          var moved = affine
          moved.origin += a * step.x + b * step.y
          let away = step - mean
          guard let counts = counts(own[...], affine: { _ in moved }) else { return -.infinity }
          let gain = zip(counts.joint, gains).reduce(0) { $0 + Double($1.0) * $1.1 } * Double(own.count) / Double(counts.used)
          // Neighboring voxels share their noise and their tissue: they do not count as so many witnesses.
          return Self.independence * gain - (away * away).sum() / (2 * sd * sd)
        }
        var (best, value) = (shifted[slice] ?? mean, -Double.infinity)
        value = score(best)
        for size in [0.8, 0.4, 0.2, 0.1, 0.05] {
          for _ in 0..<6 {
            let next = [SIMD2(size, 0), SIMD2(-size, 0), SIMD2(0, size), SIMD2(0, -size)].map { best + $0 }
            guard let (place, found) = next.map({ ($0, score($0)) }).max(by: { $0.1 < $1.1 }), found > value else { break }
            (best, value) = (place, found)
          }
        }
        steps[slice] = best
      }
    }
    return steps
  }

  /// Share of a voxel's evidence that is its own.
  private static let independence = 0.1

  /// Joint counts of gray levels.
  private struct Counts {
    private var bins: Int { MutualInformation.bins }

    var joint: [Float]
    var used: Int

    private var margins: (rows: [Double], columns: [Double]) {
      var (rows, columns) = ([Double](repeating: 0, count: bins), [Double](repeating: 0, count: bins))
      for i in 0..<bins {
        for j in 0..<bins {
          rows[i] += Double(joint[i * bins + j])
          columns[j] += Double(joint[i * bins + j])
        }
      }
      return (rows, columns)
    }

    var information: Double {
      func entropy(_ counts: some Sequence<Double>) -> Double {
        counts.reduce(0) { $1 > 0 ? $0 - $1 / Double(used) * log($1 / Double(used)) : $0 }
      }
      let (rows, columns) = margins
      return entropy(rows) + entropy(columns) - entropy(joint.lazy.map(Double.init))
    }

    /// How much likelier two gray levels are together than by chance, nats; smoothed, so that what was never seen is not impossible.
    var gains: [Double] {
      let (rows, columns) = margins
      func smooth(_ i: Int, _ j: Int) -> Double {
        var (sum, weight) = (0.0, 0.0)
        for di in -1...1 {
          for dj in -1...1 where (0..<bins).contains(i + di) && (0..<bins).contains(j + dj) {
            let w = Double((2 - abs(di)) * (2 - abs(dj)))
            sum += w * Double(joint[(i + di) * bins + j + dj])
            weight += w
          }
        }
        return sum / weight
      }
      return (0..<bins * bins).map { k in
        let expected = rows[k / bins] * columns[k % bins] / Double(used)
        return log((smooth(k / bins, k % bins) + 0.05) / (expected + 0.05))
      }
    }
  }

  /// Counts gray levels of some places; `nil` where less than half of them stay in the fixed image.
  private func counts(_ chosen: some Collection<Int>, affine: (Int) -> Affine) -> Counts? {
    var joint = [Float](repeating: 0, count: Self.bins * Self.bins)
    var used = 0
    var (slice, map, shifts): (Int?, Affine, [SIMD3<Double>]) = (nil, .identity, [])
    joint.withUnsafeMutableBufferPointer { joint in
      fixed.withSampler { sample in
        for k in chosen {
          if slices[k] != slice {
            slice = slices[k]
            map = toVoxel.after(affine(slices[k]))
            shifts = slab.map { map.linear($0) }
          }
          let center = map(places[k])
          var sum: Float = 0
          for shift in shifts { sum += sample(center + shift) }
          guard sum.isFinite else { continue }
          used += 1
          let other = min(max((sum / Float(shifts.count) - window.low) * window.scale, 0), Float(Self.bins - 1) - 1e-3)
          let own = min(levels[k], Float(Self.bins - 1) - 1e-3)
          let (i, j) = (Int(own), Int(other))
          let (u, v) = (own - Float(i), other - Float(j))
          let at = i * Self.bins + j
          joint[at] += (1 - u) * (1 - v)
          joint[at + 1] += (1 - u) * v
          joint[at + Self.bins] += u * (1 - v)
          joint[at + Self.bins + 1] += u * v
        }
      }
    }
    return used * 2 >= chosen.count && used >= 50 ? Counts(joint: joint, used: used) : nil
  }
}

extension Volume {
  /// Reads at voxel positions by trilinear interpolation; NaN outside.
  @inline(__always) func withSampler<Result>(_ body: ((SIMD3<Double>) -> Float) -> Result) -> Result {
    let shape = grid.shape
    let last = SIMD3<Double>(shape) - 1
    let (strideY, strideZ) = (shape.x, shape.x * shape.y)
    return voxels.withUnsafeBufferPointer { source in
      body { position in
        let beyond = (position .< -0.5) .| (position .> last + 0.5)
        if any(beyond) { return .nan }
        let p = position.clamped(lowerBound: .zero, upperBound: last)
        let floor = p.rounded(.down)
        let (x, y, z) = (Int(floor.x), Int(floor.y), Int(floor.z))
        let f = SIMD3<Float>(p - floor)
        let (dx, dy, dz) = (x + 1 < shape.x ? 1 : 0, y + 1 < shape.y ? strideY : 0, z + 1 < shape.z ? strideZ : 0)
        let o = x + y * strideY + z * strideZ
        let a = source[o] + f.x * (source[o + dx] - source[o])
        let b = source[o + dy] + f.x * (source[o + dy + dx] - source[o + dy])
        let c = source[o + dz] + f.x * (source[o + dz + dx] - source[o + dz])
        let d = source[o + dz + dy] + f.x * (source[o + dz + dy + dx] - source[o + dz + dy])
        let (low, high) = (a + f.y * (b - a), c + f.y * (d - c))
        return low + f.z * (high - low)
      }
    }
  }
}
