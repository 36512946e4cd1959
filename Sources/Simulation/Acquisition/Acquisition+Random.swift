import Foundation
import Numerics
import Volumes

extension Acquisition {
  /// Anything that a scanner, or a crop of its image, may look like: contrast (more than half of them of no real sequence),
  /// voxels of 0.3–1.2 mm in the plane and 0.5–17 mm across, single slices, crops down to 20 × 20 × 15 mm, brainstem to
  /// conus, the cord off the center or leaving the field of view, every orientation, obliqueness, noise, coil and blur.
  ///
  /// The center of the cord at one place lies within the image.
  ///
  /// - Parameter voxels: Largest number of voxels.
  public static func random(for neck: Neck, voxels: Int = 700_000, generator g: inout Generator) -> Acquisition {
    let contrast = g.chance(0.55) ? .random : Contrast.named[Int(g.uniform(0, 6))]
    let plane = Plane.drawn(&g)
    let (spacing, wanted) = plane.voxels(&g)
    let extent = cropped(wanted, spacing: spacing, voxels: voxels)
    let shape = plane.shape(extent / spacing, single: plane == .axial && g.chance(0.12))
    // The tubes must reach beyond the image.
    let lowest = max(20, min(neck.tip - 6, Neck.range.upperBound - 30 - extent.z / 2))
    let place =
      switch g.uniform(0, 1) {
      case ..<0.15: g.uniform(-12, 20)
      case ..<0.75: g.uniform(10, min(160, lowest))
      case ..<0.9: g.uniform(min(140, lowest - 10), lowest)
      default: g.uniform(max(min(140, lowest - 10), lowest - 40), lowest)
      }
    let section = neck.cord.section(at: place)
    let upright = plane == .axial ? tilt(section) * g.uniform(0, 1.2) : 0
    let angles: SIMD3<Double> =
      plane == .any
      ? [g.uniform(-40, 40), g.uniform(-25, 25), g.uniform(-40, 40)] : [upright + g.normal(0, 6), g.normal(0, 4), g.normal(0, 6)]
    // Most technicians center the cord; some cords are at the border and leave the field of view.
    let off = g.chance(0.15) ? 0.47 : 0.25
    let shift = SIMD3(g.uniform(-off, off) * extent.x, g.uniform(-off, off) * extent.y, 0)
    let slicewise = plane != .isotropic
    let motion = Motion.drawn(
      pivot: section.center, shift: 1.5, turn: 1, slices: slicewise ? max(shape.x, shape.y, shape.z) : 0,
      jump: slicewise && g.chance(0.4) ? g.uniform(0.2, 1.5) : 0,
      generator: &g)
    var grid = grid(shape: shape, spacing: spacing, center: .zero, angles: angles)
    grid.affine.origin += motion.seriesFromPerson(section.center) + Affine.rotation(degrees: angles).linear(shift)
    if let axes = plane.axes { grid = grid.reoriented(to: axes) }
    let profile = slicewise && g.chance(0.6) ? SliceProfile(thickness: g.uniform(0.6, 1.1), flank: g.uniform(0.1, 0.6)) : .box
    let fields: [Double] = [1.5, 3, 3, 3, 7]
    let sequence = SequenceParameters.published(
      contrast, manufacturer: .drawn(&g), fieldStrength: fields[Int(g.uniform(0, Double(fields.count)))])
    var result = Acquisition(
      contrast: contrast, sequence: sequence, grid: grid, signalToNoise: exp(g.uniform(log(4), log(60))), coil: g.uniform(0, 1),
      bias: g.chance(0.5) ? g.uniform(0, 0.6) : 0, blur: [g.uniform(0.1, 0.8), g.uniform(0.1, 0.8), g.uniform(0.1, 0.5)],
      variation: g.uniform(0.5, 2.5), stored: anyOrientation(&g), motion: motion, profile: profile,
      artefacts: anyArtefacts(&g), seed: g.next())
    // A quotient has lost what shades both images alike.
    if result.artefacts.quotient > 0 { (result.coil, result.bias) = (0, 0.3 * result.bias) }
    return result
  }

  /// Few artefacts or none in most images, several in some.
  private static func anyArtefacts(_ g: inout Generator) -> Artefacts {
    var result = Artefacts.none
    let often: [String: Double] = [
      "ringing": 0.5, "ghosting": 0.2, "pulsation": 0.35, "flowVoids": 0.25, "distortion": 0.15, "dropOut": 0.12, "metal": 0.1,
      "unevenSlices": 0.2, "missingSlices": 0.03, "duplicatedSlices": 0.03, "zipper": 0.03, "smoothing": 0.15, "inflow": 0.4,
      "slabEnds": 0.3, "quotient": 0.08,
    ]
    let clean = g.chance(0.25)
    for (name, path) in Artefacts.all {
      let (dice, strength) = (g.uniform(0, 1), g.uniform(0.05, 1))
      if !clean && dice < often[name]! { result[keyPath: path] = strength }
    }
    return result
  }

  /// One of the 48 ways to list voxels.
  static func anyOrientation(_ g: inout Generator) -> Orientation {
    let letters = ["RL", "AP", "SI"].shuffled(using: &g).map { Array($0)[g.chance(0.5) ? 0 : 1] }
    return Orientation(towards: String(letters))!
  }

  /// A grid around the origin with voxels as in a random acquisition. Its field of view is larger: there is no cord that it is centered on.
  ///
  /// - Parameters:
  ///   - voxels: Largest number of voxels.
  ///   - turned: Largest angle about each axis, degrees.
  static func anyGrid(voxels: Int, turned: Double, generator g: inout Generator) -> Grid {
    let plane = Plane.drawn(&g)
    let (spacing, least) = plane.voxels(&g)
    let wanted = least * g.uniform(1, 3)
    let extent = cropped(wanted.replacing(with: 250, where: wanted .> 250), spacing: spacing, voxels: voxels)
    let shape = plane.shape(extent / spacing, single: plane == .axial && g.chance(0.06))
    let angles = SIMD3(g.uniform(-turned, turned), g.uniform(-turned, turned), g.uniform(-turned, turned))
    let shift = SIMD3(g.normal(0, 15), g.normal(0, 15), g.normal(0, 15))
    return grid(shape: shape, spacing: spacing, center: shift, angles: angles)
  }

  /// A smaller field of view where the voxels are too many, as a crop of the scan: the longest edges give way first.
  private static func cropped(_ extent: SIMD3<Double>, spacing: SIMD3<Double>, voxels: Int) -> SIMD3<Double> {
    var extent = extent
    let least: SIMD3<Double> = [32, 32, 32]
    for _ in 0..<3 {
      let count = extent / spacing
      let excess = count.x * count.y * count.z / Double(voxels)
      if excess <= 1 { break }
      let smaller = extent / cbrt(excess)
      extent = smaller.replacing(with: least, where: smaller .< least).replacing(with: extent, where: extent .< least)
    }
    return extent
  }
}

/// How a random acquisition lies in the body.
private enum Plane {
  case axial, isotropic, sagittal, coronal, any

  static func drawn(_ g: inout Generator) -> Plane {
    switch g.uniform(0, 1) {
    case ..<0.38: .axial
    case ..<0.63: .isotropic
    case ..<0.83: .sagittal
    case ..<0.88: .coronal
    default: .any
    }
  }

  /// Acquisition axes: slices along z.
  var axes: Orientation? {
    switch self {
    case .sagittal: Orientation(towards: "IPR")
    case .coronal: Orientation(towards: "RSA")
    default: nil
    }
  }

  /// Voxel size and field of view along right–left, front–back and head–foot, mm.
  func voxels(_ g: inout Generator) -> (spacing: SIMD3<Double>, extent: SIMD3<Double>) {
    func between(_ low: Double, _ high: Double) -> Double { exp(g.uniform(log(low), log(high))) }
    switch self {
    case .axial:
      let inPlane = between(0.3, 1.2)
      return ([inPlane, inPlane, between(1.5, 17)], [between(20, 200), between(20, 200), between(15, 200)])
    case .isotropic:
      let size = between(0.5, 1.2)
      let stretch = SIMD3(between(0.9, 1.1), between(0.9, 1.1), between(0.8, 1.5))
      return (stretch * size, [between(20, 180), between(20, 200), between(15, 240)])
    case .sagittal:
      let inPlane = between(0.3, 1.2)
      return ([between(0.8, 5), inPlane, inPlane], [between(20, 80), between(30, 230), between(30, 250)])
    case .coronal:
      let inPlane = between(0.4, 1.2)
      return ([inPlane, between(1, 4), inPlane], [between(30, 200), between(20, 80), between(40, 220)])
    case .any:
      return ([between(0.4, 2), between(0.4, 2), between(0.5, 4)], [between(25, 120), between(25, 120), between(20, 150)])
    }
  }

  /// Voxels along each axis: at least a few, but for single slices.
  func shape(_ ratio: SIMD3<Double>, single: Bool) -> SIMD3<Int> {
    [max(6, Int(ratio.x)), max(6, Int(ratio.y)), single ? 1 : max(self == .axial ? 2 : 6, Int(ratio.z))]
  }
}
