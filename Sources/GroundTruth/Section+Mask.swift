import Morphometry
import Registration
import Volumes

extension Section {
  /// Parts of a pixel along each side in the sums: the mask is the union of its pixels, not of their centers.
  private static let parts = 3

  /// The sections of a mask.
  ///
  /// - Parameters:
  ///   - mask: Occupancy.
  ///   - slices: Its slices.
  ///   - alignment: Where they lie in the reference world.
  ///   - axis: The cord's axis there.
  static func all(of mask: Volume, slices: [MaskSlice], alignment: Alignment, axis: CordCourse) -> [Section] {
    let slicing = Slicing(of: mask.grid)
    let others = [mask.grid.affine.x, mask.grid.affine.y, mask.grid.affine.z].enumerated().filter { $0.offset != slicing.axis }.map(
      \.element)
    struct Plane {
      var affine: Affine
      var place: Double
      var station: CordCourse.Station
      var cosine: Double
      var steps: [SIMD2<Double>]
      var sums: [Double]
    }
    var planes: [Int: Plane] = [:]
    for slice in slices {
      let affine = alignment.affine(slice: slice.slice)
      let place = axis.foot(of: affine(slice.center))
      let station = axis(place)
      var steps: [SIMD2<Double>] = []
      for b in 0..<parts {
        for a in 0..<parts {
          let shift = others[0] * ((Double(a) + 0.5) / Double(parts) - 0.5) + others[1] * ((Double(b) + 0.5) / Double(parts) - 0.5)
          let world = affine.linear(shift)
          steps.append([world.dot(station.right), world.dot(station.front)])
        }
      }
      planes[slice.slice] = Plane(
        affine: affine.after(mask.grid.affine), place: place, station: station,
        cosine: abs(affine.linear(slicing.normal).dot(station.tangent)), steps: steps,
        sums: [Double](repeating: 0, count: 2 * Contour.order + 1))
    }
    mask.forEachVoxel { index, value in
      guard var plane = planes.removeValue(forKey: index[slicing.axis]) else { return }
      let offset = plane.affine(SIMD3<Double>(index)) - plane.station.center
      let (u, v) = (offset.dot(plane.station.right), offset.dot(plane.station.front))
      let weight = Double(value) / Double(plane.steps.count)
      for step in plane.steps {
        let (x, y) = (u + step.x, v + step.y)
        let radius = max((x * x + y * y).squareRoot(), 1e-9)
        let (c, s) = (x / radius, y / radius)
        var (real, imaginary) = (weight, 0.0)
        plane.sums[0] += weight
        for k in 1...Contour.order {
          (real, imaginary) = (real * c - imaginary * s, real * s + imaginary * c)
          plane.sums[2 * k - 1] += real
          plane.sums[2 * k] += imaginary
        }
      }
      planes[index[slicing.axis]] = plane
    }
    return slices.map { slice in
      let plane = planes[slice.slice]!
      let area = slicing.pixelArea * plane.cosine / (2 * .pi)
      return Section(
        slice: slice.slice, place: plane.place, length: slicing.spacing / max(plane.cosine, 0.2),
        contour: Contour(plane.sums.enumerated().map { $1 * area * ($0 == 0 ? 1 : 2) }))
    }
  }
}
