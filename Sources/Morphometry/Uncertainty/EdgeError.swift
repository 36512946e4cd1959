import Foundation

/// How far the mask's edge may be from the cord's, and how errors of the edge go together.
///
/// The error is a shift of the contour along its normal: a random field with one standard deviation over the cord, whose correlation falls
/// exponentially along the contour and along the cord. The lengths are those by which two segmentations of the same scans differ
/// (`tools/golden/edge_correlation.py`). The size is read from each mask itself, the larger of two signs:
/// - *roughness*: what changes from slice to slice faster than a cord does;
/// - *softness*: a soft edge wider than partial volume makes it. Where a mask's values are probabilities, that width is the edge's uncertainty.
struct EdgeError: Sendable {
  /// Length of correlation along the contour and along the cord, mm.
  static let contourLength = 2.0, cordLength = 3.0
  /// Variance of the number of pixels in a shape by where it lies among them, per pixel of its contour's length.
  ///
  /// Source: Kendall 1948, On the number of lattice points inside a random oval, doi:10.1093/qmath/os-19.1.1, for a circle.
  private static let latticeVariance = 0.1077
  /// Standard deviation of the shift, mm.
  let deviation: Double
  /// A binary mask's own coarseness: variance of the area per length of the contour, mm³.
  let grain: Double

  /// - Parameters:
  ///   - outlines: For each slice that is whole, its number from the feet and its contour.
  ///   - softness: Variance of the edge in excess of partial volume for the same slices, mm²; empty for a binary mask.
  ///   - pixel: Size of a pixel, mm.
  ///   - spacing: Distance of slices along the cord, mm.
  init(outlines: [(level: Int, outline: Outline)], softness: [Double], pixel: Double, spacing: Double) {
    grain = softness.isEmpty ? Self.latticeVariance * pixel * pixel * pixel : 0
    let rough = Self.roughness(outlines, grain: grain, spacing: spacing) ?? 0
    // A thick slice holds the mean of its errors: less than one place's.
    let ratio = spacing / Self.cordLength
    let kept = 2 * (ratio - 1 + exp(-ratio)) / (ratio * ratio)
    let soft = softness.isEmpty ? 0 : kept * max(0, softness.sorted()[softness.count / 2])
    deviation = max(rough, soft).squareRoot()
  }

  /// Variance of the coefficient of a harmonic of the shift, mm².
  ///
  /// - Parameter perimeter: Length of the contour, mm.
  func variance(ofHarmonic harmonic: Int, perimeter: Double) -> Double {
    deviation * deviation * Self.share(ofHarmonic: harmonic, perimeter: perimeter)
      + Self.grainVariance(grain, ofHarmonic: harmonic, perimeter: perimeter)
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

  /// Variance of the shift, mm², from the difference of each slice and the mean of two neighbours on both sides; `nil` for too few slices.
  private static func roughness(_ outlines: [(level: Int, outline: Outline)], grain: Double, spacing: Double) -> Double? {
    let lag = max(1, Int((cordLength / spacing).rounded()))
    let apart = Double(lag) * spacing
    let expected = 1.5 - 2 * exp(-apart / cordLength) + 0.5 * exp(-2 * apart / cordLength)
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
        let variance = share(ofHarmonic: harmonic, perimeter: perimeter) * expected
        // Pixels differ from slice to slice as soon as the cord leans.
        let pixels = 1.5 * grainVariance(grain, ofHarmonic: harmonic, perimeter: perimeter)
        // The mean shift decides about areas: it counts as much as the shape.
        let weight = harmonic == 0 ? 4.0 : 1
        sum += weight * (harmonic == 0 ? change.x * change.x - pixels : (change * change).sum() - 2 * pixels) / variance
        count += weight * (harmonic == 0 ? 1 : 2)
      }
      values.append(sum / count)
    }
    guard values.count >= 4 else { return nil }
    // The median, so that a lesion or a bad slice does not count; that of such a mean of squares is a little below the mean.
    values.sort()
    let middle = (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
    return max(middle / 0.87, 0)
  }
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

  /// The contour with its edge shifted by a harmonic along its length.
  ///
  /// - Parameters:
  ///   - amplitude: Shift, mm.
  ///   - sine: Sine instead of cosine.
  func shifted(harmonic: Int, sine: Bool, amplitude: Double) -> Outline {
    let contour = contour
    var lengths = [0.0]
    for i in contour.indices {
      let step = contour[(i + 1) % contour.count] - contour[i]
      lengths.append(lengths[i] + (step * step).sum().squareRoot())
    }
    var result = self
    for i in contour.indices {
      let angle = 2 * .pi * Double(harmonic) * lengths[i] / lengths.last!
      let before = lengths[i] - (i > 0 ? lengths[i - 1] : lengths[contour.count - 1] - lengths.last!)
      let width = (lengths[i + 1] - lengths[i] + before) / 2
      let change = amplitude * (sine ? sin(angle) : cos(angle)) * width / (halfRL * halfAP * 2 * .pi / Double(Self.count))
      result.sectors[i] = max(sectors[i] + change, 1e-4)
    }
    return result
  }
}
