import Foundation
import Volumes

/// The published recipe of the Spinal Cord Toolbox, for comparison with its figures.
///
/// 1. The mask is seen with axes towards left, anterior and the head.
/// 2. Centerline: the unweighted mean of all voxels above 0 in each slice; x and y are cubic splines of the slice number whose summed
///    squares are 10 voxels² times the slice thickness (a smoothing of 30).
/// 3. Each slice is shrunk along both axes by the cosines of the centerline's angles, about the image's first voxel, and stretched to reach
///    from 0 to 1.
/// 4. What is above 10⁻⁶, with a margin of 3 pixels, is interpolated to 0.1 mm; its sum is the area.
/// 5. Where it is above ½, it is a region: axes, eccentricity, orientation and solidity are those of `regionprops`.
/// 6. Turned by its orientation, the mean extent of a band 3 mm wide about the centroid is the AP diameter.
///
/// It knows no uncertainty. Islands and faint tails count, as in the original.
///
/// Source: De Leener et al. 2017, SCT: Spinal Cord Toolbox, doi:10.1016/j.neuroimage.2016.10.009, and its documentation of
/// `sct_process_segmentation`.
struct SCTMethod {
  private static let smoothing = 30.0
  private static let pixel = 0.1
  private static let band = 3.0
  private static let margin = 3

  private let mask: Volume
  private let slicing: Slicing

  init(_ mask: Volume) {
    self.mask = mask.reoriented(to: Orientation(towards: "LAS")!)
    slicing = Slicing(of: mask.grid)
  }

  /// Unweighted centers of the slices, and the splines through them.
  private struct Curve {
    let heights: [Double]
    let x, y: FittedSpline?
    let mean: SIMD2<Double>

    /// Place and slopes at a slice, voxels.
    func callAsFunction(_ z: Double) -> (x: (value: Double, slope: Double), y: (value: Double, slope: Double)) {
      guard let x, let y else { return ((mean.x, 0), (mean.y, 0)) }
      return ((x(z), x.derivative(z)), (y(z), y.derivative(z)))
    }
  }

  private var curve: Curve {
    let shape = mask.grid.shape
    var (heights, rows, columns): ([Double], [Double], [Double]) = ([], [], [])
    for z in 0..<shape.z {
      var (row, column, count) = (0.0, 0.0, 0.0)
      for y in 0..<shape.y {
        for x in 0..<shape.x where mask[x, y, z] != 0 {
          row += Double(x)
          column += Double(y)
          count += 1
        }
      }
      guard count > 0 else { continue }
      heights.append(Double(z))
      rows.append(row / count)
      columns.append(column / count)
    }
    guard heights.count > 1 else { return Curve(heights: heights, x: nil, y: nil, mean: SIMD2(rows.first ?? 0, columns.first ?? 0)) }
    let share = Double(heights.count) / (heights.last! - heights.first! + 1)
    let bound = share * share * Self.smoothing * mask.grid.spacing.z / 3
    // Two or three points have no cubic: a line.
    let degree = heights.count > 3 ? 3 : 1
    return Curve(
      heights: heights, x: FittedSpline(x: heights, y: rows, bound: bound, degree: degree),
      y: FittedSpline(x: heights, y: columns, bound: bound, degree: degree), mean: .zero)
  }

  /// The centerline's point in each slice from the mask's first to its last, in voxels of a grid with axes towards left, anterior and the head.
  var course: (grid: Grid, points: [SIMD3<Double>]) {
    let curve = curve
    guard let first = curve.heights.first, let last = curve.heights.last else { return (mask.grid, []) }
    let points = stride(from: first, through: last, by: 1).map { z in
      let place = curve(z)
      return SIMD3(place.x.value, place.y.value, z)
    }
    return (mask.grid, points)
  }

  /// Sections by slice from the feet; `nil` where the mask is 0.
  func sections() -> [CrossSection?] {
    let shape = mask.grid.shape
    let curve = curve
    return (0..<shape.z).map { z in
      // Rows run along the first axis, towards left; columns towards anterior.
      var slice = Raster(rows: shape.x, columns: shape.y)
      for y in 0..<shape.y { for x in 0..<shape.x { slice[x, y] = Double(mask[x, y, z]) } }
      let place = curve(Double(z))
      return section(slice, z: Double(z), x: place.x, y: place.y)
    }
  }

  private func section(
    _ slice: Raster, z: Double, x cx: (value: Double, slope: Double), y cy: (value: Double, slope: Double)
  ) -> CrossSection? {
    let spacing = mask.grid.spacing
    // About the AP axis towards left, SCT's angle_AP, and about the RL axis towards anterior, its angle_RL.
    let about = atan2(cx.slope * spacing.x, spacing.z)
    let across = atan2(cy.slope * spacing.y, spacing.z)
    var shrunk = slice.warped(rows: slice.rows, columns: slice.columns) { ($0 / cos(about), $1 / cos(across)) }
    let (low, high) = (shrunk.values.min()!, shrunk.values.max()!)
    guard high > 1e-6, high > low else { return nil }
    for i in shrunk.values.indices { shrunk.values[i] = (shrunk.values[i] - low) / (high - low) }
    let fine = enlarged(shrunk)
    let region = fine.region(above: 0.5)
    guard !region.isEmpty else { return nil }
    let turn = region.orientation
    // About the centroid, so that the ellipse's right-left axis lies along the rows.
    let (c, s) = (cos(-turn), sin(-turn))
    let turned = fine.warped(rows: fine.rows, columns: fine.columns, fades: false) { row, column in
      let (dr, dc) = (row - region.centroid.x, column - region.centroid.y)
      return (s * dc + c * dr + region.centroid.x, c * dc - s * dr + region.centroid.y)
    }
    let middle = turned.region(above: 0.5).centroid
    let half = Int((Self.band / Self.pixel / 2).rounded())
    let (first, border) = (Int(middle.x.rounded(.toNearestOrEven)) - half, Int(middle.y.rounded(.toNearestOrEven)))
    var (posterior, anterior) = (0.0, 0.0)
    for row in max(0, first)..<min(turned.rows, first + 2 * half) {
      for column in 0..<turned.columns {
        if column < border { posterior += turned[row, column] } else { anterior += turned[row, column] }
      }
    }
    let unit = Self.pixel / Double(2 * half)
    let isWide = abs(turn) < .pi / 4
    let (major, minor) = (region.majorAxis * Self.pixel, region.minorAxis * Self.pixel)
    let length = spacing.z / (cos(about) * cos(across))
    let area = fine.values.reduce(0, +) * Self.pixel * Self.pixel
    let slopes = mask.grid.affine.linear(SIMD3(cx.slope, cy.slope, 1)).normalized
    let values: [Metric: Double] = [
      .area: area, .apDiameter: (posterior + anterior) * unit, .anteriorLength: anterior * unit, .posteriorLength: posterior * unit,
      .rlDiameter: isWide ? major : minor, .rlDiameterEllipse: isWide ? major : minor, .apDiameterEllipse: isWide ? minor : major,
      .eccentricity: region.eccentricity, .orientation: turn, .solidity: region.solidity, .apAngle: across, .rlAngle: -about,
      .length: length, .volume: area * length,
    ]
    return CrossSection(
      center: mask.grid.world(SIMD3(cx.value, cy.value, z)), tangent: slopes, estimates: values.mapValues { Estimate($0) })
  }

  /// What is above 0, with a margin, at 0.1 mm.
  private func enlarged(_ image: Raster) -> Raster {
    var (low, high) = (SIMD2(image.rows, image.columns), SIMD2(-1, -1))
    for row in 0..<image.rows {
      for column in 0..<image.columns where image[row, column] > 1e-6 {
        low = pointwiseMin(low, SIMD2(row, column))
        high = pointwiseMax(high, SIMD2(row, column))
      }
    }
    low = pointwiseMax(low &- Self.margin, .zero)
    high = pointwiseMin(high &+ Self.margin, SIMD2(image.rows - 1, image.columns - 1))
    let (rows, columns) = (high.x - low.x + 1, high.y - low.y + 1)
    var box = Raster(rows: rows, columns: columns)
    for row in 0..<rows { for column in 0..<columns { box[row, column] = image[low.x + row, low.y + column] } }
    let fineRows = Int((Double(rows) * mask.grid.spacing.x / Self.pixel).rounded(.toNearestOrEven))
    let fineColumns = Int((Double(columns) * mask.grid.spacing.y / Self.pixel).rounded(.toNearestOrEven))
    let (r, c) = (Double(rows) / Double(fineRows), Double(columns) / Double(fineColumns))
    return box.warped(rows: fineRows, columns: fineColumns) { (($0 + 0.5) * r - 0.5, ($1 + 0.5) * c - 0.5) }
  }
}
