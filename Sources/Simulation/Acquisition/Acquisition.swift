import Foundation
import Volumes

/// A kind of acquisition. Raw values are the names of files in the Spine Generic database.
public enum Contrast: String, CaseIterable, Sendable, Codable {
  case t1w = "T1w"
  case t2w = "T2w"
  case t2star = "T2star"
  case mtOn = "flip-1_mt-on_MTS"
  case mtOff = "flip-2_mt-off_MTS"
  case dwi = "rec-average_dwi"
  /// No real sequence: every tissue has a signal of its own drawing, so that a network cannot rely on any.
  case random

  /// The six real ones.
  public static let named: [Contrast] = allCases.filter { $0 != .random }
}

/// How a neck is scanned: contrast, grid, and all that keeps an image from being perfect.
public struct Acquisition: Sendable, Codable {
  public var contrast: Contrast
  /// What the scanner was told.
  public var sequence: SequenceParameters
  /// The acquired voxels: any spacing, obliqueness and field of view. Slices, or the partitions of a 3D sequence, follow each
  /// other along z; phase is encoded along y.
  public var grid: Grid
  /// What is excited: from where to where along the direction of z, mm of the series' world. The grid may become a crop of it.
  public var slab: Span
  /// How the image is stored: the acquired voxels listed along other axes; `nil` keeps the grid's own.
  public var stored: Orientation?
  /// How the person lies, relative to the neck's reference position.
  public var motion: Motion
  /// What a slice gathers across its thickness.
  public var profile: SliceProfile
  /// Signal-to-noise ratio of the cord's white matter where the coil is most sensitive; the noise is Rician.
  public var signalToNoise: Double
  /// Strength of the coil's fall-off, 0 (none) to 1 (a surface coil behind the neck).
  public var coil: Double
  /// SD of the logarithm of a smooth unevenness of the whole image; 0 is none.
  public var bias: Double
  /// SD of the point spread along each axis, in voxels, on top of the integration over the voxel.
  public var blur: SIMD3<Double>
  /// How far tissue and protocol values stray from the published ones; 1 is a normal population.
  public var variation: Double
  /// What spoils the image.
  public var artefacts: Artefacts
  /// Seed of all that is random in this acquisition: tissue values, noise, coil.
  public var seed: UInt64

  /// An acquisition on a given grid; each parameter is explained at its property.
  public init(
    contrast: Contrast, sequence: SequenceParameters? = nil, grid: Grid, signalToNoise: Double = 20, coil: Double = 0.7, bias: Double = 0,
    blur: SIMD3<Double> = [0.4, 0.4, 0.4],
    variation: Double = 1, stored: Orientation? = nil, motion: Motion = .none, profile: SliceProfile = .box,
    artefacts: Artefacts = .none, seed: UInt64
  ) {
    slab = grid.slab
    self.sequence = sequence ?? .published(contrast)
    (self.contrast, self.grid, self.signalToNoise, self.coil) = (contrast, grid, signalToNoise, coil)
    (self.bias, self.blur, self.variation, self.seed) = (bias, blur, variation, seed)
    (self.stored, self.motion, self.profile, self.artefacts) = (stored, motion, profile, artefacts)
  }

  /// Tilt of the plane perpendicular to the cord, degrees about the right–left axis.
  static func tilt(_ section: Tube.Section) -> Double {
    atan2(section.direction.y, -section.direction.z) * 180 / .pi
  }

  /// A grid around a center, turned about x, y and z (degrees).
  static func grid(
    shape: SIMD3<Int>, spacing: SIMD3<Double>, center: SIMD3<Double>, angles: SIMD3<Double>
  ) -> Grid {
    var affine = Affine.rotation(degrees: angles).after(Affine(spacing: spacing))
    affine.origin = center - affine((SIMD3<Double>(shape) - 1) / 2)
    return Grid(shape: shape, affine: affine)
  }
}

extension Grid {
  /// Where the first slice begins and the last one ends along the direction of z, mm.
  var slab: Span {
    let normal = affine.z / spacing.z
    let middle = (normal * center).sum()
    let half = Double(shape.z) * spacing.z / 2
    return Span(middle - half, middle + half)
  }
}
