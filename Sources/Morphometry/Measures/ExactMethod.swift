import Foundation
import Volumes

/// Cross-sections of the exact method: planes perpendicular to the cord, contours, and how sure each number is.
struct ExactMethod {
  private let cord: Cord
  private let centerline: Centerline
  private let planes: Reslicing
  private let cuts: [Cut?]
  /// Turn of the person's right from the slice's, radians, where an image shows it.
  private let fronts: [Double?]
  private let error: EdgeError
  /// Standard error of the cord's direction in each slice, radians.
  private let directions: [Double]
  /// How errors of slices go together.
  let correlation: Correlation

  /// One plane through the cord.
  private struct Cut {
    let moments: Moments
    let outline: Outline
    let chords: Chords
  }

  /// Share of a voxel that is cord beyond doubt.
  private static let sure = 0.95

  /// - Parameter image: The scan on the mask's grid, which shows the person's front; `nil` takes the image's axes.
  init(_ cord: Cord, along centerline: Centerline, grid: Grid, image: Volume? = nil) {
    (self.cord, self.centerline) = (cord, centerline)
    planes = Reslicing(cord.levels, along: centerline)
    let steps = grid.reoriented(to: .ras, from: centerline.slicing.orientation).affine
    let planes = planes
    func edges(_ level: Int) -> [SIMD2<Double>] {
      let frame = planes.frames[level]
      return [steps.x, steps.y, steps.z].map { SIMD2($0.dot(frame.right), $0.dot(frame.anterior)) }
    }
    // In a binary mask voxel centers are samples of the cord itself: nothing is blurred.
    let raw = planes.points.indices.map { level in
      let points = planes.points[level]
      return points.contains { $0.weight > 0 } ? Moments(of: points, edges: cord.isBinary ? [] : edges(level)) : nil
    }
    func isEnd(_ level: Int) -> Bool { level == 0 || level == raw.count - 1 || raw[level - 1] == nil || raw[level + 1] == nil }
    let whole = raw.indices.filter { raw[$0] != nil && !cord.levels[$0].contains(where: \.isAtSide) && !isEnd($0) }
    let softness: Double? =
      cord.isBinary || whole.isEmpty
      ? nil : whole.map { Self.softness(planes.points[$0], ellipse: raw[$0]!.ellipse, edges: edges($0)) }.sorted()[whole.count / 2]
    // Half-sure voxels within the cord look soft as well, but are no blur.
    let solid = whole.filter { level in cord.levels[level].contains { $0.occupancy >= Self.sure } }
    let blur = 2 * solid.count > whole.count ? max(0, softness ?? 0) : 0
    cuts = raw.indices.map { level in
      guard let moments = raw[level]?.sharpened(by: blur) else { return nil }
      let (points, edges) = (planes.points[level], edges(level))
      // A soft edge blurs as a box of the same variance along each axis.
      let box = (12 * blur).squareRoot()
      let boxes = cord.isBinary ? [] : edges + [SIMD2(box, 0), SIMD2(0, box)]
      return Cut(
        moments: moments, outline: Outline(of: points, moments: moments, pixel: (edges[0], edges[1]), blur: boxes),
        chords: Chords(of: points, moments: moments, pixel: (edges[0], edges[1]), blur: boxes))
    }
    let cuts = cuts
    let centroids = cuts.map { $0?.moments.centroid }
    let slicing = centerline.slicing
    fronts =
      image.map { SymmetryAxis.turns(in: $0, frames: planes.frames, centroids: centroids, slicing: slicing) }
      ?? centroids.map { _ in nil }
    let cosine = whole.isEmpty ? 1 : whole.reduce(0) { $0 + planes.frames[$1].cosine } / Double(whole.count)
    error = EdgeError(
      outlines: whole.map { ($0, cuts[$0]!.outline) }, isBinary: cord.isBinary, softness: softness,
      pixel: slicing.pixelArea.squareRoot(), thickness: slicing.spacing / cosine)
    let perimeter = whole.isEmpty ? 30 : Shape(cuts[whole[whole.count / 2]]!.outline).perimeter
    directions = centerline.directionErrors(
      deviation: error.variance(ofHarmonic: 1, perimeter: perimeter).squareRoot(),
      correlation: error.correlation(ofHarmonic: 1, perimeter: perimeter))
    correlation = Correlation(
      area: error.correlation(ofHarmonic: 0, perimeter: perimeter), shape: error.correlation(ofHarmonic: 2, perimeter: perimeter))
  }

  /// Variance of the edge's position in excess of partial volume, mm².
  ///
  /// Across an edge blurred by a normal distribution of standard deviation s, the integral of p(1 − p) is s/√π. A voxel's box has no such tails: to
  /// the fourth moment, it gives 1 + 0.025 q times that of its variance v along the contour's normal, where q = Σ e⁴ / (Σ e²)² over the
  /// edges along the normal; a blur of which the box has the part r of the variance, 1 + 0.025 q r².
  private static func softness(_ points: [SectionPoint], ellipse: Moments.Ellipse, edges: [SIMD2<Double>]) -> Double {
    let (c, s) = (cos(ellipse.turn), sin(ellipse.turn))
    let turned = edges.map { SIMD2($0.x * c + $0.y * s, $0.y * c - $0.x * s) }
    var (box, flatness, perimeter) = (0.0, 0.0, 0.0)
    for direction in Outline.directions {
      // Along the ellipse: the part of its length, and its normal.
      let gradient = direction * SIMD2(ellipse.halfAP, ellipse.halfRL)
      let size = (gradient * gradient).sum().squareRoot()
      let squares = turned.map { edge in (edge * gradient).sum() / size }.map { $0 * $0 }
      let variance = squares.reduce(0, +)
      // The spread of each place counts, not its square.
      box += size * (variance / 12).squareRoot()
      flatness += size * squares.reduce(0) { $0 + $1 * $1 } / (variance * variance)
      perimeter += size
    }
    (box, flatness) = (box / perimeter, 0.025 * flatness / perimeter)
    let spread = points.reduce(0) { $0 + $1.share * $1.occupancy * (1 - $1.occupancy) } / (perimeter * 2 * .pi / Double(Outline.count))
    let part = min(1, box * box / max(.pi * spread * spread, 1e-12))
    let deviation = Double.pi.squareRoot() * spread / (1 + flatness * part * part)
    return deviation * deviation - box * box
  }

  /// Sections by slice from the feet; `nil` where there is none.
  func sections() -> [CrossSection?] {
    cuts.indices.map { level in
      cuts[level].map { section($0, frame: planes.frames[level], direction: directions[level], front: fronts[level] ?? 0) }
    }
  }

  private func section(_ cut: Cut, frame: Frame, direction: Double, front: Double) -> CrossSection {
    let slicing = centerline.slicing
    let shape = Shape(cut.outline)
    let turn = cut.moments.ellipse.turn
    let middle = shape.measures(turn: turn, front: front)
    let perimeter = shape.perimeter
    let waves = EdgeWaves(cut.outline)
    var squares = [Double](repeating: 0, count: middle.count)
    for harmonic in 0...Outline.harmonics {
      let amplitude = error.variance(ofHarmonic: harmonic, perimeter: perimeter).squareRoot()
      for sine in harmonic == 0 ? [false] : [false, true] {
        let outlines = waves.shifted(harmonic: harmonic, sine: sine, amplitude: amplitude)
        let more = Shape(outlines.more).measures(turn: turn, front: front)
        let less = Shape(outlines.less).measures(turn: turn, front: front)
        for i in middle.indices {
          let change = max(abs(more[i] - less[i]) / 2, abs(more[i] + less[i] - 2 * middle[i]) / 2)
          squares[i] += change * change
        }
      }
    }
    var variances = Dictionary(uniqueKeysWithValues: zip(Shape.measured, squares))
    for (metric, ends) in [(Metric.apDiameter, 2.0), (.anteriorLength, 1), (.posteriorLength, 1)] {
      variances[metric]! += ends * error.rows
    }
    // Sums over voxels are finer than the contour, which serves for what changes with it.
    var values = Dictionary(uniqueKeysWithValues: zip(Shape.measured, middle))
      .merging(cut.moments.measures) { $1 }.merging(cut.chords.measures) { $1 }
    // An area is in proportion to the cosine of the cord's angle, of which only the size of the lean counts.
    let lean = acos(min(frame.cosine, 1))
    let slope = tan(lean) * direction
    for metric in [Metric.area, .anteriorRight, .anteriorLeft, .posteriorRight, .posteriorLeft] {
      let change = values[metric]! * slope
      variances[metric, default: 0] += change * change
    }
    let length = slicing.spacing / frame.cosine
    values[.length] = length
    variances[.length] = length * length * (slope * slope + direction * direction * direction * direction)
    values[.volume] = values[.area]! * length
    variances[.volume] = variances[.area]! * length * length
    values[.apAngle] = atan2(frame.tangent.dot(slicing.anterior), frame.cosine)
    values[.rlAngle] = atan2(frame.tangent.dot(slicing.right), frame.cosine)
    variances[.apAngle] = direction * direction
    variances[.rlAngle] = direction * direction
    return CrossSection(
      center: frame.center, tangent: frame.tangent,
      estimates: Dictionary(
        uniqueKeysWithValues: values.map { metric, value in
          (metric, Estimate(value, standardError: variances[metric]!.squareRoot(), limits: metric.limits))
        }))
  }
}

extension Shape {
  /// What a contour tells, in the order of ``measures(turn:front:)``.
  static let measured: [Metric] = [
    .area, .apDiameterEllipse, .rlDiameterEllipse, .eccentricity, .orientation, .apDiameter, .rlDiameter, .anteriorLength,
    .posteriorLength, .solidity, .perimeter, .symmetryRL, .symmetryAP, .anteriorRight, .anteriorLeft, .posteriorLeft, .posteriorRight,
  ]

  /// A value for each of ``measured``.
  ///
  /// - Parameters:
  ///   - turn: From the slice's right to the contour's first axis, radians.
  ///   - front: From the slice's right to the person's right, radians.
  func measures(turn: Double, front: Double) -> [Double] {
    let (lengths, symmetry, quadrants, ellipse) = (lengths, symmetry, quadrants(turn: front - turn), moments.ellipse)
    return [
      area, 2 * ellipse.halfAP, 2 * ellipse.halfRL, ellipse.eccentricity, -ellipse.turn - turn, lengths.anterior + lengths.posterior,
      lengths.right + lengths.left, lengths.anterior, lengths.posterior, solidity, perimeter, symmetry.rl, symmetry.ap,
    ] + quadrants
  }
}

extension Moments.Ellipse {
  var eccentricity: Double {
    let (large, small) = (max(halfRL, halfAP), min(halfRL, halfAP))
    return (1 - small * small / (large * large)).squareRoot()
  }
}

extension Moments {
  /// What the ellipse of the same moments tells.
  var measures: [Metric: Double] {
    let ellipse = ellipse
    return [
      .area: area, .apDiameterEllipse: 2 * ellipse.halfAP, .rlDiameterEllipse: 2 * ellipse.halfRL,
      .eccentricity: ellipse.eccentricity, .orientation: -ellipse.turn,
    ]
  }
}
