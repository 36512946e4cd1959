import Morphometry
import Registration
import Volumes

extension Section {
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
      var parts: [SIMD2<Double>]
      var sums = OutlineSums()
    }
    var planes: [Int: Plane] = [:]
    for slice in slices {
      let affine = alignment.affine(slice: slice.slice)
      let place = axis.foot(of: affine(slice.center))
      let station = axis(place)
      func across(_ step: SIMD3<Double>) -> SIMD2<Double> {
        let world = affine.linear(step)
        return [world.dot(station.right), world.dot(station.front)]
      }
      planes[slice.slice] = Plane(
        affine: affine.after(mask.grid.affine), place: place, station: station,
        cosine: abs(affine.linear(slicing.normal).dot(station.tangent)), parts: OutlineSums.parts(of: across(others[0]), across(others[1])))
    }
    mask.forEachVoxel { index, value in
      guard var plane = planes.removeValue(forKey: index[slicing.axis]) else { return }
      let offset = plane.affine(SIMD3<Double>(index)) - plane.station.center
      let place = SIMD2(offset.dot(plane.station.right), offset.dot(plane.station.front))
      let weight = Double(value) / Double(plane.parts.count)
      for part in plane.parts { plane.sums.add(place + part, weight: weight) }
      planes[index[slicing.axis]] = plane
    }
    return slices.compactMap { slice in
      guard let plane = planes[slice.slice] else { return nil }
      return Section(
        slice: slice.slice, place: plane.place, length: slicing.spacing / max(plane.cosine, 0.2),
        contour: plane.sums.contour(pixelArea: slicing.pixelArea * plane.cosine))
    }
  }
}
