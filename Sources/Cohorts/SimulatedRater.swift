import Foundation
import Simulation
import Volumes

/// Draws binary masks as people do: each contrast a little too large or too small, each person's differently, edges unsteady.
///
/// Calibrated to real masks of one person in several contrasts: T2w minus T1w 7.65 ± 2.88 mm², T2\*w minus T2w −5.5 mm². The other
/// contrasts' offsets are not known; they are set so that the mean over the six is 0, because no method that sees masks alone can
/// find a common error of all raters.
public struct SimulatedRater {
  /// Area drawn beyond the truth, mm², for a cord of ``perimeter``.
  public static let areaOffsets: [Contrast: Double] = [
    .t1w: -3.15, .t2w: 4.5, .t2star: -1.0, .mtOn: 0.5, .mtOff: -2.0, .dwi: 1.15,
  ]
  /// Of a cord as they draw it, mm.
  public static let perimeter = 31.3
  /// SD of one contrast's area offset between people, mm²: two contrasts differ by √2 of it, 2.88.
  static let areaSD = 2.04
  /// SD of the contour along its normal within a mask, mm, and over which distance along the cord it lasts.
  static let (contourSD, contourLength) = (0.25, 10.0)
  /// SD of single voxels' distances, mm: ragged edges.
  static let raggedness = 0.1

  let neck: Neck
  var generator: Generator

  /// - Parameter generator: Of all that this rater does by chance.
  public init(neck: Neck, generator: Generator) { (self.neck, self.generator) = (neck, generator) }

  /// The mask of a scan.
  ///
  /// - Parameters:
  ///   - truth: Exact occupancy on the image's grid.
  public mutating func mask(of truth: Volume, _ acquisition: Acquisition) -> Volume {
    let tube = neck.cord
    let curve = Foot(tube)
    let grid = truth.grid
    let offset = (Self.areaOffsets[acquisition.contrast]! + generator.normal(0, Self.areaSD)) / Self.perimeter
    // Waves of the contour by angle, drifting along the slices.
    let orientation = grid.orientation
    let sliceAxis = orientation.axes.firstIndex { $0.axis == 2 }!
    let slices = grid.shape[sliceAxis]
    let last = exp(-grid.spacing[sliceAxis] / Self.contourLength)
    var waves = [[Double]]()
    let amplitude = Self.contourSD / 2
    var current = (0..<8).map { _ in generator.normal(0, amplitude) }
    for _ in 0..<slices {
      waves.append(current)
      current = current.map { last * $0 + (1 - last * last).squareRoot() * generator.normal(0, amplitude) }
    }
    let toAcquired = acquisition.grid.affine.inverse
    let maps = (0..<acquisition.grid.shape.z).map { acquisition.motion.personFromSeries(slice: $0, of: acquisition.grid) }
    // Only where the cord may be: within three voxels of any of it.
    let reach = truth.grown(by: 3)
    var mask = Volume(repeating: 0, grid: grid)
    for z in 0..<grid.shape.z {
      for y in 0..<grid.shape.y {
        for x in 0..<grid.shape.x where reach[x, y, z] > 0 {
          let index = SIMD3(x, y, z)
          let world = grid.world(SIMD3<Double>(index))
          let acquired = min(max(Int(toAcquired(world).z.rounded()), 0), maps.count - 1)
          let point = maps[acquired](world)
          let s = curve.foot(of: point)
          guard s >= Neck.top else { continue }
          let section = tube.section(at: s)
          let away = point - section.center
          let (u, v) = (away.dot(section.right), away.dot(section.front))
          let wave = waves[index[sliceAxis]]
          let angle = atan2(v, u)
          var grow = offset + generator.normal(0, Self.raggedness)
          for k in 0..<4 {
            grow += (wave[2 * k] * cos(Double(k + 1) * angle) + wave[2 * k + 1] * sin(Double(k + 1) * angle)) / 2.0.squareRoot()
          }
          let (x, y) = (u / (section.halfRL + grow), v / (section.halfAP + grow))
          let edge = section.outline.radius(atan2(x, y))
          if x * x + y * y < edge * edge { mask[index.x, index.y, index.z] = 1 }
        }
      }
    }
    return mask
  }
}

/// Feet of perpendiculars on the cord's centerline.
struct Foot {
  private let tube: Tube

  init(_ tube: Tube) { self.tube = tube }

  func foot(of point: SIMD3<Double>) -> Double {
    // Arc length is nearly the height; a few steps along the direction settle it.
    var s = min(max(tube.start, tube.sections[0].center.z - point.z + tube.start), tube.end)
    for _ in 0..<12 {
      let section = tube.section(at: s)
      let change = (point - section.center).dot(section.direction)
      s = min(max(s + change, tube.start), tube.end)
      if abs(change) < 1e-4 { break }
    }
    return s
  }
}

extension Volume {
  /// 1 within some voxels of what is above 0, along each axis.
  func grown(by voxels: Int) -> Volume {
    var result = map { $0 > 0 ? 1 : 0 }
    let strides = [1, grid.shape.x, grid.shape.x * grid.shape.y]
    for axis in 0..<3 {
      for _ in 0..<voxels {
        let source = result.voxels
        for i in source.indices where source[i] > 0 {
          let place = i / strides[axis] % grid.shape[axis]
          if place > 0 { result.voxels[i - strides[axis]] = 1 }
          if place + 1 < grid.shape[axis] { result.voxels[i + strides[axis]] = 1 }
        }
      }
    }
    return result
  }
}
