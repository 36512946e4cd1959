import Foundation

/// A 2D image: rows run along the first axis, columns along the second.
struct Raster: Sendable {
  let rows, columns: Int
  var values: [Double]

  init(rows: Int, columns: Int, values: [Double]? = nil) {
    (self.rows, self.columns, self.values) = (rows, columns, values ?? [Double](repeating: 0, count: rows * columns))
  }

  subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// Bilinear interpolation.
  ///
  /// - Parameter fades: Whether it falls to 0 over the pixel beyond the edge; else it is 0 at once.
  @inline(__always) func interpolated(_ row: Double, _ column: Double, fades: Bool) -> Double {
    let (r0, c0) = (row.rounded(.down), column.rounded(.down))
    guard r0 >= -1, c0 >= -1, r0 < Double(rows), c0 < Double(columns) else { return 0 }
    guard fades || row >= 0 && column >= 0 && row <= Double(rows - 1) && column <= Double(columns - 1) else { return 0 }
    let (r, c, u, v) = (Int(r0), Int(c0), row - r0, column - c0)
    func at(_ i: Int, _ j: Int) -> Double { i >= 0 && j >= 0 && i < rows && j < columns ? self[i, j] : 0 }
    return (1 - u) * ((1 - v) * at(r, c) + v * at(r, c + 1)) + u * ((1 - v) * at(r + 1, c) + v * at(r + 1, c + 1))
  }

  /// An image of some size, read where a map says.
  func warped(rows: Int, columns: Int, fades: Bool = true, from place: (Double, Double) -> (Double, Double)) -> Raster {
    var result = Raster(rows: rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let (r, c) = place(Double(row), Double(column))
        result[row, column] = interpolated(r, c, fades: fades)
      }
    }
    return result
  }

  /// Pixels above a threshold.
  func region(above threshold: Double) -> Region { Region(self, above: threshold) }
}

/// The pixels of one region, and the measures that scikit-image's `regionprops` makes of them.
///
/// Source: documentation of scikit-image; van der Walt et al. 2014, scikit-image, doi:10.7717/peerj.453.
struct Region {
  private let pixels: [SIMD2<Double>]
  /// Mean row and column.
  let centroid: SIMD2<Double>
  private let (rr, cc, rc): (Double, Double, Double)

  init(_ raster: Raster, above threshold: Double) {
    var pixels: [SIMD2<Double>] = []
    for row in 0..<raster.rows {
      for column in 0..<raster.columns where raster[row, column] > threshold { pixels.append(SIMD2(Double(row), Double(column))) }
    }
    let count = max(Double(pixels.count), 1)
    let mean = pixels.reduce(SIMD2<Double>.zero, +) / count
    var (rr, cc, rc) = (0.0, 0.0, 0.0)
    // Sums first: about a center at a pixel or between two they are exact, and a square has no direction.
    for pixel in pixels {
      let offset = pixel - mean
      rr += offset.x * offset.x
      cc += offset.y * offset.y
      rc += offset.x * offset.y
    }
    (self.pixels, centroid, self.rr, self.cc, self.rc) = (pixels, mean, rr / count, cc / count, rc / count)
  }

  var isEmpty: Bool { pixels.isEmpty }

  /// Variances along the axes of the ellipse with the same second moments.
  private var variances: (large: Double, small: Double) {
    let (middle, half) = ((rr + cc) / 2, hypot((rr - cc) / 2, rc))
    return (middle + half, max(middle - half, 0))
  }
  /// Axes of that ellipse, pixels.
  var majorAxis: Double { 4 * variances.large.squareRoot() }
  var minorAxis: Double { 4 * variances.small.squareRoot() }
  var eccentricity: Double { variances.large > 0 ? (1 - variances.small / variances.large).squareRoot() : 0 }
  /// Angle from the rows' axis to the major axis, radians.
  var orientation: Double {
    rr == cc ? (rc > 0 ? .pi / 4 : -.pi / 4) : atan2(2 * rc, rr - cc) / 2
  }

  /// Pixels over the pixels whose center lies in the convex hull of all pixels' edges' middles.
  var solidity: Double {
    guard !pixels.isEmpty else { return 0 }
    var corners: [SIMD2<Double>] = []
    var rows: [Double: (Double, Double)] = [:]
    for pixel in pixels {
      let (low, high) = rows[pixel.x] ?? (pixel.y, pixel.y)
      rows[pixel.x] = (min(low, pixel.y), max(high, pixel.y))
    }
    for (row, (low, high)) in rows {
      for column in [low, high] {
        corners += [SIMD2(row - 0.5, column), SIMD2(row + 0.5, column), SIMD2(row, column - 0.5), SIMD2(row, column + 0.5)]
      }
    }
    corners.sort { ($0.x, $0.y) < ($1.x, $1.y) }
    // Andrew's chains: for each row, the hull's lowest and highest column.
    let (low, high) = (chain(corners, side: 1), chain(corners, side: -1))
    var count = 0
    // Rows between two pieces are the hull's as well.
    for row in stride(from: rows.keys.min()!, through: rows.keys.max()!, by: 1) {
      let (from, to) = (column(of: low, row), column(of: high, row))
      count += max(0, Int((to + 1e-9).rounded(.down)) - Int((from - 1e-9).rounded(.up)) + 1)
    }
    return Double(pixels.count) / Double(count)
  }

  private func chain(_ points: [SIMD2<Double>], side: Double) -> [SIMD2<Double>] {
    var hull: [SIMD2<Double>] = []
    for point in points {
      while hull.count >= 2 {
        let (a, b) = (hull[hull.count - 1] - hull[hull.count - 2], point - hull[hull.count - 1])
        if side * (a.x * b.y - a.y * b.x) > 0 { break }
        hull.removeLast()
      }
      hull.append(point)
    }
    return hull
  }

  private func column(of chain: [SIMD2<Double>], _ row: Double) -> Double {
    for (a, b) in zip(chain, chain.dropFirst()) where a.x <= row && row <= b.x && b.x > a.x {
      return a.y + (b.y - a.y) * (row - a.x) / (b.x - a.x)
    }
    return chain.first { $0.x == row }?.y ?? .nan
  }
}
