import Foundation
import Tensors
import Volumes

/// The augmentation of Bédard et al. 2025, drawn once and then applied.
///
/// Its published code does in places something else than its numbers say; ``AugmentationSet/paper`` is what they say and
/// ``AugmentationSet/paperAsRun`` what was run (see ``init(asRun:shape:generator:)``).
public struct PaperTransform: Sendable {
  /// Turns and scales about the patch's center; the origin moves, voxels. `nil` for neither.
  public var affine: Affine?
  /// Smooth random displacements: seed, width of their Gaussian (voxels), and size before it.
  public var elastic: (seed: UInt64, sd: Double, magnitude: Double)?
  /// Share of voxels along each axis that a low resolution keeps.
  public var zoom: Double?
  public var gamma: Float?
  public var bias: PolynomialField?
  /// Noise: standard deviation relative to the image's own.
  public var noise: (seed: UInt64, sd: Float)?
  /// Standard deviation of a blur along each axis, voxels.
  public var blur: SIMD3<Double>?
  /// Axes that are mirrored: 0 to 2.
  public var mirrored: [Int] = []
  /// What intensities are multiplied by after they were brought to mean 0 and variance 1.
  public var gain: Float = 1

  /// Changes nothing.
  public init() {}

  /// The patch changed.
  ///
  /// - Parameters:
  ///   - image: [1, 1, X, Y, Z].
  ///   - label: Occupancy, same shape.
  /// - Returns: Both, before intensities are normalized; ``gain`` comes after that.
  public func callAsFunction(image: Tensor, label: Tensor) throws -> (image: Tensor, label: Tensor) {
    var (image, label) = (image, label)
    let shape = Array(image.shape[2...])
    let device = image.device
    if let affine { (image, label) = try sampled(image, label, at: positions(affine, shape, on: device)) }
    if let elastic {
      let field =
        try (Tensor.uniform(shape: [3, 1] + shape, seed: elastic.seed, on: device) * 2 - 1)
        .blurred(sd: SIMD3(repeating: elastic.sd)) * Float(elastic.magnitude)
      (image, label) = try sampled(image, label, at: positions(.identity, shape, on: device, displacement: field))
    }
    if let zoom {
      let coarse = shape.map { max(1, Int((Double($0) * zoom).rounded())) }
      image = try image.interpolated(to: coarse, mode: .nearest).interpolated(to: shape, mode: .trilinear)
    }
    if let gamma {
      let (low, high) = (try image.min().item(), try image.max().item())
      if high > low { image = try ((image - low) / (high - low)).clamped(min: 0, max: 1).pow(gamma) * (high - low) + low }
    }
    if let bias { image = try image * bias(shape: shape, on: device) }
    if let noise {
      let centered = try image - image.mean()
      let own = try (centered * centered).mean().item().squareRoot()
      image = try image + Tensor.normal(shape: image.shape, seed: noise.seed, on: device) * (noise.sd * own)
    }
    if let blur { image = try image.blurred(sd: blur) }
    if !mirrored.isEmpty {
      let axes = mirrored.map { $0 + 2 }
      (image, label) = (try image.flipped(dims: axes), try label.flipped(dims: axes))
    }
    return (image, label)
  }

  private func sampled(_ image: Tensor, _ label: Tensor, at positions: Tensor) throws -> (Tensor, Tensor) {
    let both = try Tensor.cat([image, label], dim: 1).gridSampled(positions, padding: .border, alignCorners: false)
    return (try both.narrowed(dim: 1, start: 0, length: 1), try both.narrowed(dim: 1, start: 1, length: 1))
  }

  /// Where voxels come from, −1…1 from edge to edge; what lies outside is reflected at the edge.
  ///
  /// - Parameter displacement: [3, 1, X, Y, Z], voxels.
  private func positions(_ map: Affine, _ shape: [Int], on device: Device, displacement: Tensor? = nil) throws -> Tensor {
    let axes = try (0..<3).map { axis in
      var size = [1, 1, 1]
      size[axis] = shape[axis]
      let middle = Float(shape[axis] - 1) / 2
      return try Tensor((0..<shape[axis]).map { Float($0) - middle }, shape: size, on: device)
    }
    let columns = [map.x, map.y, map.z]
    let coordinates = try (0..<3).map { c -> Tensor in
      var offset = try axes[0] * Float(columns[0][c]) + axes[1] * Float(columns[1][c]) + axes[2] * Float(columns[2][c])
      if let displacement { offset = try offset + displacement.narrowed(dim: 0, start: c, length: 1).reshaped(shape) }
      let place = try (offset + Float(map.origin[c])) * Float(2 / Double(shape[c]))
      // Reflected at −1, then at 1.
      let above = try (place + 1).abs() - 1
      return try 1 - (1 - above).abs()
    }
    return try Tensor.stack([coordinates[2], coordinates[1], coordinates[0]], dim: 3).reshaped([1] + shape + [3])
  }
}
