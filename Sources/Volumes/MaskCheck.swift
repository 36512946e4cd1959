/// What the values of an image look like, when it is not what was asked for.
public enum ImageLook: Sendable, Hashable, CustomStringConvertible {
  /// A mask whose full voxels have another value than 1: 100 or 255.
  case scaledMask(Int)
  /// One label, with a number other than 1.
  case oneLabel(Int)
  /// Several whole numbers: the first of them.
  case labels([Int])
  /// A mask that splines were laid through: it swings beyond 0 and 1 at its edge.
  case overshoot
  /// Intensities of a scan.
  case scan
  /// 0 and 1 alone.
  case binaryMask
  /// Values from 0 to 1, of which most that are not 0 are 1.
  case softMask
  /// None of these.
  case unknown

  /// What it looks like and what can be done, as the end of a sentence; empty where neither is known.
  public var description: String {
    switch self {
    case .scaledMask(let full): "this looks like a mask from 0 to \(full): divide it by \(full)"
    case .oneLabel(let label): "this looks like one label of number \(label): make a mask that is 1 where it is \(label)"
    case .labels(let labels):
      "this looks like a map of labels (\(labels.map(String.init).joined(separator: ", "))): make a mask of the label that is the cord"
    case .overshoot:
      "this looks like a mask that was resampled by splines: resample it linearly, or set what is below 0 to 0 and above 1 to 1"
    case .scan: "this looks like a scan and not like a mask"
    case .binaryMask: "this looks like a binary mask and not like a scan"
    case .softMask: "this looks like a soft mask and not like a scan"
    case .unknown: ""
    }
  }
}

/// Values that are no shares of voxels.
public struct OccupancyError: Error, Hashable, CustomStringConvertible {
  /// Smallest and largest value.
  public let minimum, maximum: Float
  public let look: ImageLook

  public var description: String {
    let found = "values from \(minimum) to \(maximum) where the cord's share of each voxel, 0 to 1, was expected"
    return look == .unknown ? found : "\(found); \(look)"
  }
}

extension Volume {
  /// How far values of a mask may lie beyond 0 and 1: where integers are scaled or a mask was resampled, the last digit is rounded.
  static let occupancyTolerance: Float = 0.001

  /// The volume as a mask: the share of each voxel that is cord.
  ///
  /// - Returns: The same, but for values that rounding brought beyond 0 or 1; those are 0 and 1, and `wasClipped` says so.
  /// - Throws: ``OccupancyError`` that says what the values look like.
  public func occupancy() throws(OccupancyError) -> (mask: Volume, wasClipped: Bool) {
    let (low, high) = range
    if low >= 0, high <= 1 { return (self, false) }
    guard low >= -Self.occupancyTolerance, high <= 1 + Self.occupancyTolerance else {
      throw OccupancyError(minimum: low, maximum: high, look: lookOfNoMask(low, high))
    }
    return (map { min(max($0, 0), 1) }, true)
  }

  /// What an image that was given as a scan looks like; `nil` where it may be one.
  public var lookOfNoScan: ImageLook? {
    let (low, high) = range
    guard low >= 0, high > 0 else { return nil }
    let zeros = voxels.lazy.filter { $0 == 0 }.count
    // Of the field of view a cord fills little; a scan's background is seldom exactly 0 all over.
    guard Double(zeros) > 0.5 * Double(voxels.count) else { return nil }
    let isWhole = voxels.allSatisfy { $0 == $0.rounded() }
    if isWhole {
      let labels = smallLabels
      if labels == [1] { return .binaryMask }
      if let labels, labels.count == 1, let label = labels.first {
        return [100, 255].contains(label) ? .scaledMask(label) : .oneLabel(label)
      }
      return labels.map { .labels(Array($0.sorted().prefix(5))) }
    }
    guard high <= 1 + Self.occupancyTolerance else { return nil }
    let (something, full) = voxels.reduce(into: (0, 0)) { counts, value in
      if value > 0.01 { counts.0 += 1 }
      if value > 0.95 { counts.1 += 1 }
    }
    return Double(full) > 0.1 * Double(something) ? .softMask : nil
  }

  /// Smallest and largest value; not numbers where one voxel is none.
  private var range: (low: Float, high: Float) {
    voxels.withUnsafeBufferPointer { voxels in
      var (low, high, isNumber) = (Float.infinity, -Float.infinity, true)
      for value in voxels {
        if value < low { low = value }
        if value > high { high = value }
        if value.isNaN { isNumber = false }
      }
      return isNumber ? (low, high) : (.nan, .nan)
    }
  }

  /// The whole numbers above 0 that occur; `nil` where they are too many for labels.
  private var smallLabels: Set<Int>? {
    var found: Set<Int> = []
    for value in voxels where value > 0 {
      found.insert(Int(min(value, 1e9)))
      if found.count > 64 { return nil }
    }
    return found
  }

  private func lookOfNoMask(_ low: Float, _ high: Float) -> ImageLook {
    guard low.isFinite, high.isFinite else { return .unknown }
    let count = Double(voxels.count)
    let nothing = Double(voxels.lazy.filter { abs($0) < 1e-3 * max(high, -low) }.count)
    let isMostlyEmpty = nothing > 0.5 * count
    if low >= 0, voxels.allSatisfy({ $0 == $0.rounded() }), let labels = smallLabels, isMostlyEmpty {
      if labels.count == 1, let label = labels.first { return [100, 255].contains(label) ? .scaledMask(label) : .oneLabel(label) }
      // Steps of a scaled mask are many, and most of it is full.
      if !isScaledMask(high) { return .labels(Array(labels.sorted().prefix(5))) }
    }
    if low >= -0.5, high <= 1.5 { return isMostlyEmpty || low >= -0.2 ? .overshoot : .scan }
    if isMostlyEmpty, low >= -0.01 * high, isScaledMask(high) { return .scaledMask(high > 150 ? 255 : 100) }
    return isMostlyEmpty && low >= 0 && high < 1000 ? .unknown : .scan
  }

  /// Whether values reach 100 or 255, and a tenth of those that are not 0 nearly do.
  private func isScaledMask(_ high: Float) -> Bool {
    guard let full: Float = [100, 255].first(where: { abs(high / $0 - 1) < 0.02 }) else { return false }
    let (something, most) = voxels.reduce(into: (0, 0)) { counts, value in
      if value > 0.01 * full { counts.0 += 1 }
      if value > 0.95 * full { counts.1 += 1 }
    }
    return Double(most) > 0.1 * Double(something)
  }
}
