import Foundation
import Numerics
import Tensors
import Volumes

/// Where the voxels of a patch come from: a rotation, scaling, mirroring and smooth warp around a place in a source volume.
///
/// Cropping, rotating and warping are one interpolation.
public struct SpatialTransform: Sendable {
  /// Place in the source (voxel index) that the patch's center shows.
  public var center: SIMD3<Double>
  /// Patch displacement (mm) → source displacement (mm), column by column.
  public var matrix: Affine
  /// Smooth warp: seed of its coarse random field and standard deviation, mm; `nil` for none.
  public var warp: (seed: UInt64, amplitude: Double)?

  /// Distance between the nodes of the warp's coarse field, mm: about a vertebra.
  private static let warpSpacing = 14.0

  public init(center: SIMD3<Double>, matrix: Affine = .identity, warp: (seed: UInt64, amplitude: Double)? = nil) {
    (self.center, self.matrix, self.warp) = (center, matrix, warp)
  }

  /// Draws a transform.
  ///
  /// - Parameter center: Place in the source that the patch shows, voxel index.
  public init(center: SIMD3<Double>, _ settings: AugmentationSettings, generator: inout Generator) {
    let angles = SIMD3(
      generator.normal(0, settings.rotation), generator.normal(0, settings.rotation), generator.normal(0, settings.rotation))
    let scale = exp(generator.normal(0, settings.scale))
    let stretch = SIMD3(
      exp(generator.normal(0, settings.stretch)), exp(generator.normal(0, settings.stretch)), exp(generator.normal(0, settings.stretch)))
    let mirror = generator.chance(settings.mirror) ? -1.0 : 1.0
    let rotation = Affine(rotation: angles)
    self.init(
      center: center,
      matrix: Affine(
        x: rotation.x * (scale * stretch.x * mirror), y: rotation.y * (scale * stretch.y), z: rotation.z * (scale * stretch.z),
        origin: .zero))
    if generator.chance(settings.warp) {
      warp = (generator.next(), generator.uniform(min(0.3, settings.warpAmplitude), settings.warpAmplitude))
    }
  }

  /// The patch of a source.
  ///
  /// - Parameters:
  ///   - source: [1, C, X, Y, Z].
  ///   - patch: Voxels of the patch.
  ///   - spacing: Voxel size of both, mm.
  /// - Returns: [1, C, patch], trilinear; 0 outside the source.
  public func callAsFunction(_ source: Tensor, patch: [Int], spacing: SIMD3<Double>) throws -> Tensor {
    try source.gridSampled(
      positions(in: Array(source.shape[2...]), patch: patch, spacing: spacing, on: source.device), padding: .zeros, alignCorners: false)
  }

  /// Where the patch lies in the source if each of its voxels is one of the source's: it can be cut out, without interpolation.
  ///
  /// - Parameters:
  ///   - patch: Voxels of the patch.
  ///   - size: Voxels of the source.
  /// - Returns: The source's voxel at the patch's lower corner, and whether the patch shows x in reverse; `nil` where it lies between
  ///   voxels or outside.
  public func cut(patch: [Int], from size: [Int]) -> (first: SIMD3<Int>, isMirrored: Bool)? {
    let first = center - (SIMD3(Double(patch[0]), Double(patch[1]), Double(patch[2])) - 1) / 2
    let isMirrored = matrix.x.x < 0
    guard
      warp == nil, matrix.x == [isMirrored ? -1 : 1, 0, 0], matrix.y == [0, 1, 0], matrix.z == [0, 0, 1],
      first == first.rounded(.toNearestOrEven)
    else { return nil }
    let lower = SIMD3<Int>(first)
    guard (0..<3).allSatisfy({ lower[$0] < size[$0] && lower[$0] + patch[$0] > 0 }) else { return nil }
    return (lower, isMirrored)
  }

  /// Where the voxels of the patch come from, as LibTorch counts: −1…1 from edge to edge of the source, whatever its resolution.
  ///
  /// - Parameter size: Voxels of the source that ``center`` counts in; their size is `spacing`, mm.
  /// - Returns: [1, patch, 3], for `gridSampled(_:padding:alignCorners:)` of any tensor over the source's box.
  public func positions(in size: [Int], patch: [Int], spacing: SIMD3<Double>, on device: Device) throws -> Tensor {
    func axis(_ dimension: Int) throws -> Tensor {
      var shape = [1, 1, 1]
      shape[dimension] = patch[dimension]
      let middle = Float(patch[dimension] - 1) / 2
      return try Tensor((0..<patch[dimension]).map { Float($0) - middle }, shape: shape, on: device)
    }
    let axes = try (0..<3).map(axis)
    let displacement = try warp.map { warp in
      let nodes = (0..<3).map { max(2, Int((Double(patch[$0]) * spacing[$0] / Self.warpSpacing).rounded()) + 1) }
      return try (Tensor.normal(shape: [1, 3] + nodes, seed: warp.seed, on: device) * Float(warp.amplitude)).interpolated(
        to: patch, mode: .trilinear)
    }
    let columns = [matrix.x, matrix.y, matrix.z]
    let coordinates = try (0..<3).map { c -> Tensor in
      var index = try axes[0] * Float(columns[0][c] * spacing[0] / spacing[c])
      for a in 1..<3 { index = try index + axes[a] * Float(columns[a][c] * spacing[a] / spacing[c]) }
      if let displacement {
        index = try index + displacement.narrowed(dim: 1, start: c, length: 1).reshaped(patch) * Float(1 / spacing[c])
      }
      // Voxel index → LibTorch's −1…1 from edge to edge.
      return try (index + Float(center[c] + 0.5)) * Float(2 / Double(size[c])) - 1
    }
    // LibTorch lists the last axis first.
    return try Tensor.stack([coordinates[2], coordinates[1], coordinates[0]], dim: 3).reshaped([1] + patch + [3])
  }
}

extension Affine {
  /// Rotations about x, then y, then z, radians.
  init(rotation angles: SIMD3<Double>) {
    let (cx, sx, cy, sy, cz, sz) = (cos(angles.x), sin(angles.x), cos(angles.y), sin(angles.y), cos(angles.z), sin(angles.z))
    let x = Affine(x: [1, 0, 0], y: [0, cx, sx], z: [0, -sx, cx], origin: .zero)
    let y = Affine(x: [cy, 0, -sy], y: [0, 1, 0], z: [sy, 0, cy], origin: .zero)
    let z = Affine(x: [cz, sz, 0], y: [-sz, cz, 0], z: [0, 0, 1], origin: .zero)
    self = z.after(y).after(x)
  }
}
