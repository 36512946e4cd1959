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

  /// One plane through the cord.
  private struct Cut {
    let moments: Moments
    let outline: Outline
    let chords: Chords
    /// Variance of the edge in excess of partial volume, mm².
    let softness: Double
  }

  /// - Parameter image: The scan on the mask's grid, which shows the person's front; `nil` takes the image's axes.
  init(_ cord: Cord, along centerline: Centerline, grid: Grid, image: Volume? = nil) {
    (self.cord, self.centerline) = (cord, centerline)
    planes = Reslicing(cord.levels, along: centerline)
    let steps = grid.reoriented(to: .ras).affine
    let planes = planes
    cuts = planes.points.indices.map { level in
      let points = planes.points[level]
      let frame = planes.frames[level]
      guard points.contains(where: { $0.weight > 0 }) else { return nil }
      func across(_ edge: SIMD3<Double>) -> SIMD2<Double> { SIMD2(edge.dot(frame.right), edge.dot(frame.anterior)) }
      let edges = [steps.x, steps.y, steps.z].map(across)
      let blur = cord.isBinary ? [] : edges
      let moments = Moments(of: points, edges: blur)
      let outline = Outline(of: points, moments: moments, pixel: (edges[0], edges[1]), blur: blur)
      return Cut(
        moments: moments, outline: outline, chords: Chords(of: points, moments: moments, pixel: (edges[0], edges[1]), blur: blur),
        softness: cord.isBinary
          ? 0 : Self.softness(points, perimeter: Shape(outline).perimeter, outline: outline, edges: edges, turn: moments.ellipse.turn))
    }
    let centroids = cuts.map { $0?.moments.centroid }
    fronts =
      image.map { SymmetryAxis.turns(in: $0, frames: planes.frames, centroids: centroids, slicing: centerline.slicing) }
      ?? centroids.map { _ in nil }
  }

  /// Variance of the edge's position in excess of partial volume, mm².
  ///
  /// Across an edge blurred by a normal distribution of standard deviation s, the integral of p(1 − p) is s/√π; so is, nearly, that of
  /// a voxel's box with its variance. The box's variance along the contour's normal is taken off.
  private static func softness(
    _ points: [SectionPoint], perimeter: Double, outline: Outline, edges: [SIMD2<Double>], turn: Double
  ) -> Double {
    let spread = points.reduce(0) { $0 + $1.share * $1.occupancy * (1 - $1.occupancy) } / perimeter
    let contour = outline.contour
    let (c, s) = (cos(turn), sin(turn))
    var (box, length) = (0.0, 0.0)
    for i in contour.indices {
      let step = contour[(i + 1) % contour.count] - contour[i]
      let size = (step * step).sum().squareRoot()
      let normal = SIMD2(c * step.y + s * step.x, s * step.y - c * step.x) / size
      // The spread of each place counts, not its square.
      box += size * (edges.reduce(0) { $0 + ($1 * normal).sum() * ($1 * normal).sum() } / 12).squareRoot()
      length += size
    }
    let (total, partial) = (.pi * spread * spread, (box / length) * (box / length))
    return total - partial
  }

  /// Sections by slice from the feet; `nil` where there is none.
  func sections() -> [CrossSection?] {
    let slicing = centerline.slicing
    let whole = cuts.indices.filter { cuts[$0] != nil && !cord.levels[$0].contains(where: \.isAtSide) && !isEnd($0) }
    let cosine = whole.isEmpty ? 1 : whole.reduce(0) { $0 + planes.frames[$1].cosine } / Double(whole.count)
    let error = EdgeError(
      outlines: whole.map { ($0, cuts[$0]!.outline) }, softness: cord.isBinary ? [] : whole.map { cuts[$0]!.softness },
      pixel: slicing.pixelArea.squareRoot(), spacing: slicing.spacing / cosine)
    let perimeter = whole.isEmpty ? 30 : Shape(cuts[whole[whole.count / 2]]!.outline).perimeter
    let shift = error.variance(ofHarmonic: 1, perimeter: perimeter).squareRoot()
    let directions = centerline.directionErrors(deviation: shift)
    return cuts.indices.map { level in
      cuts[level].map {
        section($0, frame: planes.frames[level], error: error, direction: directions[level], front: fronts[level] ?? 0)
      }
    }
  }

  private func isEnd(_ level: Int) -> Bool {
    level == 0 || level == cuts.count - 1 || cuts[level - 1] == nil || cuts[level + 1] == nil
  }

  private func section(_ cut: Cut, frame: Frame, error: EdgeError, direction: Double, front: Double) -> CrossSection {
    let slicing = centerline.slicing
    let shape = Shape(cut.outline)
    let turn = cut.moments.ellipse.turn
    var values = shape.measures(turn: turn, front: front)
    // Sums over voxels are finer than the contour, which serves for what changes with it.
    let exact = values.merging(cut.moments.measures) { $1 }.merging(cut.chords.measures) { $1 }
    var variances: [Metric: Double] = [:]
    let perimeter = values[.perimeter]!
    for harmonic in 0...Outline.harmonics {
      let amplitude = error.variance(ofHarmonic: harmonic, perimeter: perimeter).squareRoot()
      for sine in harmonic == 0 ? [false] : [false, true] {
        let more = Shape(cut.outline.shifted(harmonic: harmonic, sine: sine, amplitude: amplitude)).measures(turn: turn, front: front)
        let less = Shape(cut.outline.shifted(harmonic: harmonic, sine: sine, amplitude: -amplitude)).measures(turn: turn, front: front)
        for (metric, value) in more {
          let change = max(abs(value - less[metric]!) / 2, abs(value + less[metric]! - 2 * values[metric]!) / 2)
          variances[metric, default: 0] += change * change
        }
      }
    }
    values = exact
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
  /// What a contour tells.
  ///
  /// - Parameters:
  ///   - turn: From the slice's right to the contour's first axis, radians.
  ///   - front: From the slice's right to the person's right, radians.
  func measures(turn: Double, front: Double) -> [Metric: Double] {
    let lengths = lengths
    let symmetry = symmetry
    let quadrants = quadrants(turn: front - turn)
    var result = moments.measures
    result[.orientation]! += turn
    result[.area] = area
    result[.apDiameter] = lengths.anterior + lengths.posterior
    result[.rlDiameter] = lengths.right + lengths.left
    result[.anteriorLength] = lengths.anterior
    result[.posteriorLength] = lengths.posterior
    result[.solidity] = solidity
    result[.perimeter] = perimeter
    result[.symmetryRL] = symmetry.rl
    result[.symmetryAP] = symmetry.ap
    result[.anteriorRight] = quadrants[0]
    result[.anteriorLeft] = quadrants[1]
    result[.posteriorLeft] = quadrants[2]
    result[.posteriorRight] = quadrants[3]
    return result
  }
}

extension Moments {
  /// What the ellipse of the same moments tells.
  var measures: [Metric: Double] {
    let ellipse = ellipse
    let (large, small) = (max(ellipse.halfRL, ellipse.halfAP), min(ellipse.halfRL, ellipse.halfAP))
    return [
      .area: area, .apDiameterEllipse: 2 * ellipse.halfAP, .rlDiameterEllipse: 2 * ellipse.halfRL,
      .eccentricity: (1 - small * small / (large * large)).squareRoot(), .orientation: ellipse.turn,
    ]
  }
}
