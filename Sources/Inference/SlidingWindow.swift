import Foundation
import Models
import Tensors
import Volumes

extension Volume {
  /// Sets voxels outside a box (first voxel, one past the last) to zero.
  fileprivate mutating func clear(outside box: (lower: SIMD3<Int>, upper: SIMD3<Int>)) {
    let shape = grid.shape
    guard any(box.lower .> 0) || any(box.upper .< shape) else { return }
    for z in 0..<shape.z {
      for y in 0..<shape.y {
        let inside = z >= box.lower.z && z < box.upper.z && y >= box.lower.y && y < box.upper.y
        for x in 0..<shape.x where !(inside && x >= box.lower.x && x < box.upper.x) { self[x, y, z] = 0 }
      }
    }
  }
}

/// Looks at a scan through overlapping windows of one network and blends what they say. A window is looked through once.
final class SlidingWindow {
  let grid: Grid
  private let image: Volume
  private let network: LoadedNetwork
  private let precision: DType
  private let remembers: Bool
  /// What becomes 0…1, where one range holds for the whole scan.
  private let range: ClosedRange<Float>?
  private var seen: [SIMD3<Int>: Volume] = [:]
  /// What windows say of the canal, where it is looked for.
  private let findsCanal: Bool
  private var seenCanal: [SIMD3<Int>: Volume] = [:]
  /// Seconds in the network so far.
  private(set) var networkSeconds = 0.0

  /// - Parameters:
  ///   - network: Frozen in this precision.
  ///   - remembers: Keeps what each window said, for calls that add windows to earlier ones.
  ///   - findsCanal: Also keeps what each window says of the canal.
  ///   - another: Looks at the same scan; where it takes the same share of intensities they are not counted again.
  init(
    _ image: Volume, network: LoadedNetwork, precision: DType, remembers: Bool = false, findsCanal: Bool = false,
    beside another: SlidingWindow? = nil
  ) throws {
    (self.image, self.network, self.precision, self.remembers, self.findsCanal) = (image, network, precision, remembers, findsCanal)
    let preprocessing = network.description.preprocessing
    let known = another?.network.description.preprocessing.clip == preprocessing.clip ? another?.range : nil
    range = preprocessing.normalization == .quantiles ? try known ?? preprocessing.intensityRange(of: image) : nil
    grid = network.description.preprocessing.workingGrid(for: image.grid)
  }

  /// Voxels of a window along each axis.
  var patch: SIMD3<Int> { SIMD3(network.description.patch) }

  /// Occupancy near the given windows.
  ///
  /// - Parameters:
  ///   - windows: First voxels on the scan's working grid; they may reach outside.
  ///   - view: How they are looked through.
  ///   - progress: Called after each window with the fraction done.
  /// - Returns: Occupancy on the smallest box of the working grid that holds all windows.
  func occupancy(in windows: [SIMD3<Int>], as view: View = .plain, progress: (Double) -> Void = { _ in }) throws -> Volume {
    let windows = windows.map { $0 &+ view.shift }
    let lower = windows.dropFirst().reduce(windows[0]) { pointwiseMin($0, $1) }
    let upper = windows.reduce(windows[0] &+ patch) { pointwiseMax($0, $1 &+ patch) }
    let region = grid.box(lower: lower, shape: upper &- lower)
    let prepared = try network.description.preprocessing(image, within: region, range: range)
    let sum = try blended(windows, from: lower, on: region) { window in
      let known = view.isPlain ? seen[window] : nil
      let output = try known ?? look(at: prepared.box(lower: window &- lower, shape: patch), view, window)
      if remembers, view.isPlain { seen[window] = output }
      return output
    } progress: {
      progress($0)
    }
    // On the same voxels, however windows were moved.
    return view.shift == .zero ? sum : sum.box(lower: .zero &- view.shift, shape: region.shape)
  }

  /// The canal's occupancy near windows that were looked through, on the box of ``occupancy(in:as:progress:)``.
  func canal(in windows: [SIMD3<Int>]) throws -> Volume {
    let lower = windows.dropFirst().reduce(windows[0]) { pointwiseMin($0, $1) }
    let upper = windows.reduce(windows[0] &+ patch) { pointwiseMax($0, $1 &+ patch) }
    return try blended(windows, from: lower, on: grid.box(lower: lower, shape: upper &- lower)) { window in
      guard let output = seenCanal[window] else { preconditionFailure("a window was not looked through") }
      return output
    }
  }

  /// Blends what windows say.
  private func blended(
    _ windows: [SIMD3<Int>], from lower: SIMD3<Int>, on region: Grid, _ said: (SIMD3<Int>) throws -> Volume,
    progress: (Double) -> Void = { _ in }
  ) throws -> Volume {
    let importance = Self.importance(patch)
    var sum = Volume(repeating: 0, grid: region)
    var weight = [Float](repeating: 0, count: region.count)
    for (index, window) in windows.enumerated() {
      let corner = window &- lower
      let output = try said(window)
      var offset = 0
      for z in 0..<patch.z {
        for y in 0..<patch.y {
          let row = region.offset(corner.x, corner.y + y, corner.z + z)
          for x in 0..<patch.x {
            sum.voxels[row + x] += output.voxels[offset] * importance[offset]
            weight[row + x] += importance[offset]
            offset += 1
          }
        }
      }
      progress(Double(index + 1) / Double(windows.count))
    }
    // Blending weights sum up with rounding; and nothing is cord outside the field of view, where there is nothing to see.
    for i in weight.indices where weight[i] > 0 { sum.voxels[i] /= weight[i] }
    let largest = network.description.activation.isRelative ? max(sum.voxels.max() ?? 0, 1e-6) : 1
    for i in weight.indices where weight[i] > 0 { sum.voxels[i] = min(sum.voxels[i] / largest, 1) }
    sum.clear(outside: (SIMD3.zero &- lower, grid.shape &- lower))
    return sum
  }

  private func look(at patch: Volume, _ view: View, _ window: SIMD3<Int>) throws -> Volume {
    let start = ContinuousClock.now
    defer { networkSeconds += start.secondsSince }
    if findsCanal, view.isPlain {
      let both = try withoutGradients { try network.cordAndCanal(Tensor(patch, on: network.device), precision: precision) }
      seenCanal[window] = try Volume(both.canal, on: patch.grid)
      return try Volume(both.cord, on: patch.grid)
    }
    let output = try withoutGradients { try view(network, Tensor(patch, on: network.device), precision: precision, powers: range != nil) }
    return try Volume(output, on: patch.grid)
  }

  /// Weight of each voxel of a window: a Gaussian with its center, so that seams vanish and rims, which see less, count less.
  private static func importance(_ patch: SIMD3<Int>) -> [Float] {
    /// Width as a fraction of the window, as in MONAI's sliding window.
    let width = 0.125
    func profile(_ size: Int) -> [Float] {
      (0..<size).map { i in
        let distance = (Double(i) - Double(size - 1) / 2) / (width * Double(size))
        return Float(max(exp(-distance * distance / 2), 1e-3))
      }
    }
    let (x, y, z) = (profile(patch.x), profile(patch.y), profile(patch.z))
    return z.flatMap { c in y.flatMap { b in x.map { $0 * b * c } } }
  }
}
