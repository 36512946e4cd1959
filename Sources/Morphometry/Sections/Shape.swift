import Foundation

/// Measures of a closed contour.
///
/// The contour is star-shaped: points follow one another around the origin, at the directions of ``Outline``.
struct Shape {
  private let contour: [SIMD2<Double>]
  private let sectors, angles: [Double]
  private let unit: Double
  private let (halfRL, halfAP): (Double, Double)

  init(_ outline: Outline) {
    (contour, sectors, angles) = (outline.contour, outline.sectors, outline.angles)
    (halfRL, halfAP) = (outline.halfRL, outline.halfAP)
    unit = outline.halfRL * outline.halfAP * 2 * .pi / Double(Outline.count)
  }

  /// Area, mm².
  var area: Double { sectors.reduce(0, +) * unit }

  /// Length, mm: the polygon's, and what the arcs between its points have more.
  var perimeter: Double {
    var sum = 0.0
    for i in contour.indices { sum += distance(contour[i], contour[(i + 1) % contour.count]) }
    let step = Double.pi / Double(contour.count)
    return sum * step / sin(step)
  }

  /// Mean length from the centroid with the weights of ``Chords``, towards right, anterior, left and posterior, mm.
  var lengths: (right: Double, anterior: Double, left: Double, posterior: Double) {
    func length(_ quarter: Int) -> Double {
      let (axis, other) = (quarter % 2, (quarter + 1) % 2)
      let (sign, half) = (quarter < 2 ? 1.0 : -1, axis == 0 ? halfAP : halfRL)
      var (area, width) = (0.0, 0.0)
      for i in contour.indices {
        let (a, b) = (contour[i], contour[(i + 1) % contour.count])
        guard sign * a[axis] > 0, sign * b[axis] > 0 else { continue }
        let step = abs(b[other] - a[other]) * Chords.weight((a[other] + b[other]) / 2 / half)
        area += step * abs(a[axis] + b[axis]) / 2
        width += step
      }
      return width > 0 ? area / width : 0
    }
    return (length(0), length(1), length(2), length(3))
  }

  /// Central second moments over the area, mm², along the contour's axes.
  var moments: Moments {
    var (sum, xx, yy, xy, weight) = (SIMD2<Double>.zero, 0.0, 0.0, 0.0, 0.0)
    for (point, sector) in zip(contour, sectors) {
      weight += sector
      sum += sector * point * (2.0 / 3)
      xx += sector * point.x * point.x / 2
      yy += sector * point.y * point.y / 2
      xy += sector * point.x * point.y / 2
    }
    let mean = sum / weight
    var result = Moments(area: weight * unit, centroid: mean)
    (result.rr, result.aa, result.ra) = (xx / weight - mean.x * mean.x, yy / weight - mean.y * mean.y, xy / weight - mean.x * mean.y)
    return result
  }

  /// Area over the area of the convex hull.
  var solidity: Double {
    // Points in order of their direction: Graham's scan, begun at the rightmost point, which is on the hull.
    let start = contour.indices.max { contour[$0].x < contour[$1].x }!
    var hull: [SIMD2<Double>] = []
    for k in 0...contour.count {
      let point = contour[(start + k) % contour.count]
      while hull.count >= 2, cross(hull[hull.count - 1] - hull[hull.count - 2], point - hull[hull.count - 1]) <= 0 { hull.removeLast() }
      hull.append(point)
    }
    return min(polygonArea(contour) / polygonArea(hull), 1)
  }

  /// Overlap (Dice) with the mirror image, right against left and anterior against posterior.
  var symmetry: (rl: Double, ap: Double) {
    let n = sectors.count
    var (rl, ap, sum) = (0.0, 0.0, 0.0)
    for i in 0..<n {
      sum += sectors[i]
      rl += min(sectors[i], sectors[(n / 2 - 1 - i + n) % n])
      ap += min(sectors[i], sectors[n - 1 - i])
    }
    return (rl / sum, ap / sum)
  }

  /// Areas of the four quadrants, mm², from right-anterior on around: right-anterior, left-anterior, left-posterior, right-posterior.
  ///
  /// - Parameter turn: Direction of the person's right relative to the contour's first axis, radians.
  func quadrants(turn: Double) -> [Double] {
    var areas = [0.0, 0, 0, 0]
    let step = 2 * Double.pi / Double(sectors.count)
    // Directions in the contour's own, unscaled plane decide; a sector on a border counts in parts.
    for i in contour.indices {
      let width = 0.5 * step
      let quarter = 2 * (angles[i] - turn) / .pi
      let nearest = quarter.rounded()
      let away = (quarter - nearest) * .pi / 2
      let before = min(max(0.5 - away / (2 * width), 0), 1)
      let after = ((Int(nearest) % 4) + 4) % 4
      areas[after] += sectors[i] * (1 - before) * unit
      areas[(after + 3) % 4] += sectors[i] * before * unit
    }
    return areas
  }

  private func distance(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double { ((a - b) * (a - b)).sum().squareRoot() }
  private func cross(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double { a.x * b.y - a.y * b.x }
  private func polygonArea(_ points: [SIMD2<Double>]) -> Double {
    points.indices.reduce(0) { $0 + cross(points[$1], points[($1 + 1) % points.count]) } / 2
  }
}

extension Moments {
  init(area: Double, centroid: SIMD2<Double>) { (self.area, self.centroid, rr, aa, ra) = (area, centroid, 0, 0, 0) }
}
