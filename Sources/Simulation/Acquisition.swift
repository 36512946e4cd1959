import Foundation
import Volumes

/// How a neck is scanned: contrast, grid, and all that keeps an image from being perfect.
public struct Acquisition: Sendable, Codable {
  public var contrast: Contrast
  /// The acquired voxels: any spacing, obliqueness and field of view. Slices, or the partitions of a 3D sequence, follow each
  /// other along z; phase is encoded along y.
  public var grid: Grid
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
  /// Seed of all that is random in this acquisition: tissue values, noise, coil.
  public var seed: UInt64

  /// An acquisition on a given grid; each parameter is explained at its property.
  public init(
    contrast: Contrast, grid: Grid, signalToNoise: Double = 20, coil: Double = 0.7, bias: Double = 0,
    blur: SIMD3<Double> = [0.4, 0.4, 0.4],
    variation: Double = 1, stored: Orientation? = nil, motion: Motion = .none, profile: SliceProfile = .box, seed: UInt64
  ) {
    (self.contrast, self.grid, self.signalToNoise, self.coil) = (contrast, grid, signalToNoise, coil)
    (self.bias, self.blur, self.variation, self.seed) = (bias, blur, variation, seed)
    (self.stored, self.motion, self.profile) = (stored, motion, profile)
  }

  /// The Spine Generic protocol: T1w 1 mm and T2w 0.8 mm isotropic, T2star 0.5×0.5×5, MTS and DWI 0.9×0.9×5 mm.
  ///
  /// - Parameters:
  ///   - neck: Whom to scan: axial slices are centered on C3–C4 and perpendicular to the cord within a few degrees.
  ///   - generator: Source of the operator's freedom.
  public static func standard(_ contrast: Contrast, for neck: Neck, generator g: inout Generator) -> Acquisition {
    let tube = neck.cord
    let sagittal = contrast == .t1w || contrast == .t2w
    let place = sagittal ? neck.discs[4] + g.normal(0, 8) : neck.discs[3] + g.normal(0, 6)
    let section = tube.section(at: place)
    let (shape, spacing): (SIMD3<Int>, SIMD3<Double>) =
      switch contrast {
      case .t1w: ([192, 260, 256], [1, 1, 1])
      case .t2w, .random: ([64, 320, 320], [0.8, 0.8, 0.8])
      case .t2star: ([256, 256, 15], [0.5, 0.5, 5])
      case .mtOn, .mtOff: ([192, 192, 20], [0.9, 0.9, 5])
      case .dwi: ([96, 40, 20], [0.9, 0.9, 5])
      }
    // Axial slices follow the cord there; sagittal slabs stay upright.
    let tilt = sagittal ? g.normal(0, 1.5) : Self.tilt(section) + g.normal(0, 3)
    // The frequency is encoded along x, the phase along y: from front to back, but from side to side where swallowing would
    // otherwise smear over an axial cord.
    let axes =
      switch contrast {
      case .t1w, .t2w, .random: Orientation(towards: "IPR")!
      case .t2star, .mtOn, .mtOff: Orientation(towards: "ARS")!
      case .dwi: Orientation.ras
      }
    let shift = SIMD3(g.normal(0, 3), contrast == .dwi ? g.normal(0, 3) : 15 + g.normal(0, 8), 0)
    let grid = Self.grid(
      shape: shape, spacing: spacing, center: section.center + shift, angles: [tilt, g.normal(0, 1.5), g.normal(0, 1.5)])
    let seed = g.next()
    // T2star and DWI excite slice by slice, so every slice may see the neck elsewhere.
    let single = contrast == .t2star || contrast == .dwi
    var movement = Generator(seed: seed, stream: 1)
    let motion = Motion.drawn(
      pivot: section.center, shift: 1.2, turn: 0.8, slices: single ? shape.z : 0, jump: single ? 0.5 : 0, generator: &movement)
    return Acquisition(
      contrast: contrast, grid: grid.reoriented(to: axes),
      signalToNoise: contrast == .dwi ? g.uniform(10, 20) : g.uniform(14, 30), coil: contrast == .dwi ? 0.2 : g.uniform(0.5, 0.9),
      blur: sagittal ? [0.45, 0.45, 0.45] : [0.5, 0.5, 0.1], stored: Orientation(towards: "LAS")!, motion: motion,
      profile: single ? SliceProfile(thickness: 1, flank: 0.3) : .box, seed: seed)
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
