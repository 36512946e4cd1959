import Foundation
import Numerics
import Tensors
import Volumes

/// How a patch looks: contrast, resolution, field of view, bias field and noise. Drawn first, then applied.
public struct IntensityTransform: Sendable {
  /// Values of a piecewise linear curve at equal steps of 0…1; `nil` keeps intensities.
  public var curve: [Float]?
  /// New intensity of the cord and of the ring around it, with the cord's noise; `nil` keeps theirs.
  public var cord: (value: Float, texture: Float, seed: UInt64)?
  public var ring: Float?
  public var gamma: Float = 1
  public var inverted = false
  /// Voxels that become one, along each axis.
  public var reduction: SIMD3<Double> = .one
  public var bias: (seed: UInt64, strength: Float)?
  public var noise: (seed: UInt64, sd: Float)?
  /// Part of the patch that the field of view holds, fractions along each axis; `nil` for all.
  public var field: (lower: SIMD3<Double>, upper: SIMD3<Double>)?

  /// Changes nothing.
  public init() {}

  /// Draws a transform.
  public init(_ settings: AugmentationSettings, generator: inout Generator) {
    if generator.chance(settings.remap) {
      curve = (0...Int(generator.uniform(3, 9))).map { _ in Float(generator.uniform(0, 1)) }
      // Background stays dark more often than not.
      if generator.chance(0.6) { curve![0] = Float(generator.uniform(0, 0.1)) }
      if generator.chance(settings.recolor) {
        cord = (Float(generator.uniform(0, 1)), Float(generator.uniform(0, 0.08)), generator.next())
        if generator.chance(settings.recolor) { ring = Float(generator.uniform(0, 1)) }
      }
    }
    gamma = Float(exp(generator.normal(0, settings.gamma)))
    inverted = generator.chance(settings.invert)
    if generator.chance(settings.lowResolution) {
      let across = generator.chance(0.5) ? generator.uniform(1, max(1, settings.lowResolutionAcross)) : 1
      let along = generator.chance(0.6) ? generator.uniform(1, max(1, settings.lowResolutionAlong)) : 1
      // Sagittal scans are thick from right to left.
      reduction =
        generator.chance(0.15) ? [generator.uniform(1, max(1, settings.lowResolutionAlong)), across, 1] : [across, across, along]
    }
    if settings.bias > 0 { bias = (generator.next(), Float(generator.uniform(0, settings.bias))) }
    if settings.noise > 0 { noise = (generator.next(), Float(settings.noise * pow(generator.uniform(0, 1), 2))) }
    if generator.chance(settings.crop) {
      var (lower, upper) = (SIMD3<Double>.zero, SIMD3<Double>.one)
      let axis = Int(generator.uniform(0, 3))
      if generator.chance(0.5) { lower[axis] = generator.uniform(0, 0.45) } else { upper[axis] = generator.uniform(0.55, 1) }
      field = (lower, upper)
    }
  }

  /// Applies the transform.
  ///
  /// - Parameters:
  ///   - image: [1, 1, X, Y, Z], intensities, most in 0…1; a curve holds those beyond at its ends.
  ///   - label: Occupancy, same shape. It says what is there, not what can be seen of it: no blur changes it.
  ///   - inside: 1 in the field of view, 0 outside, same shape.
  /// - Returns: The image, exactly 0 outside the field of view as in use, and the field of view, which may have become smaller.
  public func callAsFunction(image: Tensor, label: Tensor, inside: Tensor) throws -> (image: Tensor, inside: Tensor) {
    var (image, inside) = (image, inside)
    let device = image.device
    let shape = Array(image.shape[2...])
    if let curve {
      let steps = Float(curve.count - 1)
      let position = try image.clamped(min: 0, max: 1) * steps
      let index = try position.clamped(min: 0, max: steps - 1).to(.int64)
      let fraction = try position - index.to(.float32)
      let flat = try index.reshaped([-1])
      func ends(_ values: ArraySlice<Float>) throws -> Tensor {
        try Tensor(Array(values), shape: [values.count], on: device).indexSelect(dim: 0, index: flat).reshaped(image.shape)
      }
      let (low, high) = try (ends(curve.dropLast()), ends(curve.dropFirst()))
      image = try low + (high - low) * fraction
    }
    if let ring {
      // A soft dilation of the cord by about two voxels, without the cord.
      let wide = try (label.padded([2, 2, 2, 2, 2, 2], value: 0).averagePool3d(kernel: [5, 5, 5], stride: [1, 1, 1]) * 5).clamped(
        min: 0, max: 1)
      let share = try wide * (1 - label)
      image = try image * (1 - share) + share * ring
    }
    if let cord {
      let texture = try Tensor.normal(shape: image.shape, seed: cord.seed, on: device) * cord.texture + cord.value
      image = try image * (1 - label) + label * texture
    }
    if reduction != .one {
      let coarse = (0..<3).map { max(1, Int((Double(shape[$0]) / reduction[$0]).rounded())) }
      image = try image.adaptiveAveragePool3d(size: coarse).interpolated(to: shape, mode: .trilinear)
    }
    if gamma != 1 { image = try image.relu().pow(gamma) }
    if inverted { image = try 1 - image }
    if let bias {
      image =
        try image
        * (Tensor.normal(shape: [1, 1, 3, 3, 3], seed: bias.seed, on: device) * bias.strength).interpolated(to: shape, mode: .trilinear)
        .exp()
    }
    if let noise { image = try image + Tensor.normal(shape: image.shape, seed: noise.seed, on: device) * noise.sd }
    if let field {
      let ranges = try (0..<3).map { axis -> Tensor in
        var size = [1, 1, 1, 1, 1]
        size[axis + 2] = shape[axis]
        let range = field.lower[axis] * Double(shape[axis])..<field.upper[axis] * Double(shape[axis])
        return try Tensor((0..<shape[axis]).map { range.contains(Double($0) + 0.5) ? 1 : 0 }, shape: size, on: device)
      }
      inside = try inside * ranges[0] * ranges[1] * ranges[2]
    }
    return (try image * inside, inside)
  }
}
