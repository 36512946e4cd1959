import Volumes

extension CordMeasurements {
  /// Puts a piece of the cord together.
  ///
  /// In the exact method the piece is cut by planes across the centerline: a slice at its end counts by the part that lies within. SCT's way
  /// takes whole slices, those whose middle lies within.
  ///
  /// - Parameters:
  ///   - places: Ends of the piece.
  ///   - axis: The scale of these measurements' centerline.
  /// - Returns: `nil` when the piece holds no cord.
  public func summary(of places: ClosedRange<Double>, on axis: CordAxis) -> Summary? {
    summary(over: weights(of: places, on: axis))
  }

  /// The same with intervals that include how well the ends of the piece are known.
  ///
  /// Where an end moves by δ, the mean of a piece of length L changes by δ (m(end) − mean) / L.
  ///
  /// - Parameter errors: Standard errors of the places of the upper and the lower end, mm.
  public func summary(of places: ClosedRange<Double>, errors: (upper: Double, lower: Double), on axis: CordAxis) -> Summary? {
    guard var summary = summary(of: places, on: axis), errors.upper > 0 || errors.lower > 0 else { return summary(of: places, on: axis) }
    let length = places.upperBound - places.lowerBound
    func value(_ metric: Metric, at place: Double) -> Double? {
      let slice = Int(axis.slice(at: place).rounded())
      let near = [slice, slice - 1, slice + 1].first { slices.indices.contains($0) && slices[$0].section != nil }
      return near.flatMap { slices[$0].section![metric]?.value }
    }
    for metric in Metric.allCases where !metric.isAdditive {
      guard let spread = summary.spreads[metric], let error = spread.estimate.standardError,
        let upper = value(metric, at: places.lowerBound), let lower = value(metric, at: places.upperBound)
      else { continue }
      let (a, b) = (errors.upper * (upper - spread.mean) / length, errors.lower * (lower - spread.mean) / length)
      let total = (error * error + a * a + b * b).squareRoot()
      summary.spreads[metric] = Spread(Estimate(spread.mean, standardError: total), standardDeviation: spread.standardDeviation)
    }
    return summary
  }

  /// Slices of a piece of the cord, with the part of each that counts.
  public func weights(of places: ClosedRange<Double>, on axis: CordAxis) -> [(slice: Int, weight: Double)] {
    let pieces = axis.slices(of: places)
    return switch method {
    case .exact: pieces.map { ($0.slice, $0.length / axis.length(ofSlice: $0.slice)) }
    case .sct: pieces.filter { places.contains(axis.place(atSlice: Double($0.slice))) }.map { ($0.slice, 1) }
    }
  }

  /// Compression of the cord at a place against the cord above and below it, in percent.
  ///
  /// (1 − m / ((a + b) / 2)) · 100, where a and b are means over ``compressionExtent`` of cord that begins ``compressionDistance`` above and
  /// below the place: with the anterior-posterior diameter, the maximum spinal cord compression (MSCC).
  ///
  /// - Parameters:
  ///   - value: What was measured at the place.
  ///   - place: Middle of what is judged.
  ///   - metric: What is compared.
  ///   - axis: The scale of these measurements' centerline.
  /// - Returns: `nil` where the cord does not reach far enough.
  ///
  /// Source: Fehlings et al. 1999, Spine 24(6):605–613, for the ratio; SCT `sct_compute_compression` for the extents.
  public func compression(of value: Estimate, at place: Double, metric: Metric, on axis: CordAxis) -> Estimate? {
    let (near, far) = (Self.compressionDistance, Self.compressionDistance + Self.compressionExtent)
    let references = [place - far...place - near, place + near...place + far].compactMap { piece -> Estimate? in
      guard piece.lowerBound >= axis.extent.lowerBound, piece.upperBound <= axis.extent.upperBound else { return nil }
      guard let summary = summary(of: piece, on: axis), !summary.flags.contains(.incomplete) else { return nil }
      return summary[metric]
    }
    guard references.count == 2, let above = references.first, let below = references.last else { return nil }
    let sum = above.value + below.value
    guard sum > 0 else { return nil }
    let ratio = 2 * value.value / sum
    // Errors of the three pieces are taken as independent: they lie 10 mm apart.
    let errors = [value, above, below].compactMap(\.standardError)
    let error =
      errors.count == 3
      ? 100 * (4 * errors[0] * errors[0] + ratio * ratio * (errors[1] * errors[1] + errors[2] * errors[2])).squareRoot() / sum : nil
    return Estimate(100 * (1 - ratio), standardError: error)
  }

  /// Where the cord for comparison begins, mm from the place that is judged.
  public static var compressionDistance: Double { 10 }
  /// How much of it is taken, mm.
  public static var compressionExtent: Double { 20 }
}

extension Estimate {
  /// This number over another whose error is independent: the area of the cord over that of its canal (aSCOR).
  public func ratio(to other: Estimate) -> Estimate? {
    guard other.value > 0 else { return nil }
    let ratio = value / other.value
    guard let error = standardError, let otherError = other.standardError else { return Estimate(ratio) }
    return Estimate(
      ratio, standardError: (error * error + ratio * ratio * otherError * otherError).squareRoot() / other.value, limits: 0 ... .infinity)
  }
}
