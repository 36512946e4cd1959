import Foundation

/// How far the mask's edge may be from the cord's, and how errors of the edge go together.
///
/// The error is a shift of the contour along its normal: a random field with one standard deviation over the cord, whose correlation falls
/// exponentially along the contour and along the cord. The lengths are those by which two segmentations of the same scans differ
/// (`tools/edge_correlation.py`). The size is read from each mask itself, the larger of two signs:
/// - *roughness*: what changes from slice to slice faster than a cord does;
/// - *softness*: a soft edge wider than partial volume makes it. Where a mask's values are probabilities, that width is the edge's uncertainty.
struct EdgeError: Sendable {
  /// Length of correlation along the contour and along the cord, mm.
  static let contourLength = 2.0, cordLength = 3.0
  /// Standard deviation of the shift that is taken where a mask does not show it, mm: two segmentations of one scan differ by 0.27 to 0.36, √2 times
  /// as much.
  private static let typical = 0.25
  /// Variance of the number of pixels in a shape by where it lies among them, per pixel of its contour's length.
  ///
  /// Kendall 1948, On the number of lattice points inside a random oval, doi:10.1093/qmath/os-19.1.1, has 0.1077 for a circle; binary masks of digital
  /// necks show three quarters of it (`make coverage`).
  private static let latticeVariance = 0.08
  /// Length along the cord over which a contour keeps its place among the pixels, as a part of their size.
  private static let latticeLength = 1.5
  /// Variance of the place of the front, and of the back, by where it lies among the pixels, in squared pixels, beyond what ``latticeVariance`` makes of
  /// it: a cord is flat there and runs along the rows, so that all the chords err alike.
  private static let rowVariance = 0.02
  /// Standard deviation of the shift, as the mean over a slice's thickness, mm.
  let deviation: Double
  /// A binary mask's own coarseness: variance of the area per length of the contour, mm³.
  let grain: Double
  /// What it adds to the variance of the place of the front, and of the back, mm².
  let rows: Double
  private let slices: SliceCorrelation

  /// - Parameters:
  ///   - outlines: For each slice that is whole, its number from the feet and its contour.
  ///   - isBinary: Whether the mask is, so that it has a grain.
  ///   - softness: Variance of a soft edge in excess of partial volume, mm²; `nil` where it is not known.
  ///   - pixel: Size of a pixel, mm.
  ///   - thickness: Length of a slice along the cord, mm.
  init(outlines: [(level: Int, outline: Outline)], isBinary: Bool, softness: Double?, pixel: Double, thickness: Double) {
    let slices = SliceCorrelation(thickness: thickness, length: Self.cordLength, ownLength: Self.latticeLength * pixel)
    self.slices = slices
    grain = isBinary ? Self.latticeVariance * pixel * pixel * pixel : 0
    rows = isBinary ? Self.rowVariance * pixel * pixel : 0
    let rough = Self.roughness(outlines, grain: grain, slices: slices)
    // A slice holds the mean of its errors, less than one place's; how they wander within the slice softens its edge as well.
    let soft = softness.map { slices.kept / (2 - slices.kept) * max(0, $0) }
    // Of a slice or a few nothing is seen: the usual error is taken.
    let unknown = soft == nil ? Self.typical * Self.typical : 0
    deviation = max(rough ?? unknown, soft ?? 0).squareRoot()
  }

  /// Variance of the coefficient of a harmonic of the shift, mm².
  ///
  /// - Parameter perimeter: Length of the contour, mm.
  func variance(ofHarmonic harmonic: Int, perimeter: Double) -> Double {
    deviation * deviation * Self.share(ofHarmonic: harmonic, perimeter: perimeter)
      + Self.grainVariance(grain, ofHarmonic: harmonic, perimeter: perimeter)
  }

  /// How errors of a harmonic go along with those of other slices.
  func correlation(ofHarmonic harmonic: Int, perimeter: Double) -> SliceCorrelation {
    let total = variance(ofHarmonic: harmonic, perimeter: perimeter)
    var result = slices
    if total > 0 { result.common = 1 - Self.grainVariance(grain, ofHarmonic: harmonic, perimeter: perimeter) / total }
    return result
  }

  private static func grainVariance(_ grain: Double, ofHarmonic harmonic: Int, perimeter: Double) -> Double {
    (harmonic == 0 ? 1 : 2) * grain / perimeter
  }

  /// Variance of the coefficient of a harmonic of the shift, as a part of the shift's own variance.
  ///
  /// - Parameter perimeter: Length of the contour, mm.
  static func share(ofHarmonic harmonic: Int, perimeter: Double) -> Double {
    let turn = 2 * .pi * Double(harmonic) * contourLength / perimeter
    return (harmonic == 0 ? 2 : 4) * contourLength / perimeter / (1 + turn * turn)
  }

  /// Variance of the shift, mm², from the difference of each slice and the mean of two neighbours on both sides, less what the grain
  /// makes of it; `nil` for too few slices.
  private static func roughness(_ outlines: [(level: Int, outline: Outline)], grain: Double, slices: SliceCorrelation) -> Double? {
    let lag = max(1, Int((cordLength / slices.thickness).rounded()))
    let apart = Double(lag) * slices.thickness
    let expected = 1.5 - 2 * slices(apart) + 0.5 * slices(2 * apart)
    let ofGrain = 1.5 - 2 * slices.own(apart) + 0.5 * slices.own(2 * apart)
    var places: [Int: Int] = [:]
    for (index, item) in outlines.enumerated() { places[item.level] = index }
    var values: [Double] = []
    for (level, outline) in outlines {
      guard let below = places[level - lag], let above = places[level + lag] else { continue }
      let neighbours = (outlines[below].outline, outlines[above].outline)
      let perimeter = Shape(outline).perimeter
      let (own, low, high) = (outline.harmonics, neighbours.0.harmonics, neighbours.1.harmonics)
      var (sum, count) = (0.0, 0.0)
      for harmonic in [0, 3, 4, 5] {
        // Sectors are about half the squared radius: a shift of the circle of this size changes them by radius × shift.
        let radius = perimeter / (2 * .pi)
        let change = (own[harmonic] - 0.5 * (low[harmonic] + high[harmonic])) / radius
        let components = harmonic == 0 ? 1.0 : 2
        let coarse = ofGrain * components * grainVariance(grain, ofHarmonic: harmonic, perimeter: perimeter)
        let variance = share(ofHarmonic: harmonic, perimeter: perimeter) * expected
        // The mean shift decides about areas: it counts as much as the shape.
        let weight = harmonic == 0 ? 4.0 : 1
        let square = harmonic == 0 ? change.x * change.x : (change * change).sum()
        sum += weight * (square / middleOfSquares - coarse) / variance
        count += weight * components
      }
      values.append(sum / count)
    }
    guard values.count >= 4 else { return nil }
    // The median, so that a lesion or a bad slice does not count.
    values.sort()
    return max(0, (values[(values.count - 1) / 2] + values[values.count / 2]) / 2)
  }

  /// Median over mean of such a sum of squares.
  private static let middleOfSquares = 0.87
}

extension Outline {
  /// Harmonics of ``sectors`` times the product of the half axes, mm².
  var harmonics: [SIMD2<Double>] {
    (0...Self.harmonics).map { harmonic in
      var sum = SIMD2<Double>.zero
      for (index, sector) in sectors.enumerated() {
        let angle = 2 * .pi * (Double(index) + 0.5) / Double(Self.count) * Double(harmonic)
        sum += sector * SIMD2(cos(angle), sin(angle))
      }
      return sum * (harmonic == 0 ? 1 : 2) * halfRL * halfAP / Double(Self.count)
    }
  }
}

/// Shifts of a contour's edge along its normal, as waves along its length.
struct EdgeWaves {
  private let outline: Outline
  /// Change of each sector for a shift of 1 mm, and the place of its point along the contour: cosine and sine of the part of its length.
  private let changes: [Double]
  private let places: [SIMD2<Double>]

  init(_ outline: Outline) {
    self.outline = outline
    let contour = outline.contour
    var lengths = [0.0]
    for i in contour.indices {
      let step = contour[(i + 1) % contour.count] - contour[i]
      lengths.append(lengths[i] + (step * step).sum().squareRoot())
    }
    let unit = outline.halfRL * outline.halfAP * 2 * .pi / Double(Outline.count)
    changes = contour.indices.map { i in
      let before = lengths[i] - (i > 0 ? lengths[i - 1] : lengths[contour.count - 1] - lengths.last!)
      return (lengths[i + 1] - lengths[i] + before) / 2 / unit
    }
    places = contour.indices.map { i in
      let angle = 2 * .pi * lengths[i] / lengths.last!
      return SIMD2(cos(angle), sin(angle))
    }
  }

  /// The contour with its edge shifted by a harmonic along its length, one way and the other.
  ///
  /// - Parameters:
  ///   - amplitude: Shift, mm.
  ///   - sine: Sine instead of cosine.
  func shifted(harmonic: Int, sine: Bool, amplitude: Double) -> (more: Outline, less: Outline) {
    var (more, less) = (outline, outline)
    for i in places.indices {
      var power = SIMD2(1.0, 0)
      for _ in 0..<harmonic { power = SIMD2(power.x * places[i].x - power.y * places[i].y, power.x * places[i].y + power.y * places[i].x) }
      let change = amplitude * (sine ? power.y : power.x) * changes[i]
      more.sectors[i] = max(outline.sectors[i] + change, 1e-4)
      less.sectors[i] = max(outline.sectors[i] - change, 1e-4)
    }
    return (more, less)
  }
}
