import Files
import Inference
import Levels
import Models
import Morphometry
import NIfTI
import Registration
import Volumes

/// Levels beside the cord of one scan.
public struct ScanLevels: Sendable {
  public let levels: CordLevels
  /// The cord's centerline as a scale of length.
  public let axis: CordAxis
  /// Where the numbers come from: the scan, a label, another scan.
  public let origin: String
  /// What a user should know, one line each.
  public let notes: [String]
  /// Path of the scan of the session that lent them; `nil` where they are the scan's own.
  public var lender: String?

  /// Borders of levels, with the standard errors of their places.
  ///
  /// - Throws: `LevelError` where marks contradict each other.
  public func map(tolerance: Double) throws(LevelError) -> LevelMap {
    try LevelMap(
      places: levels.discs.map { ($0.number, $0.place, ($0.interval.upperBound - $0.interval.lowerBound) / (2 * Estimate.deviations)) },
      tolerance: tolerance)
  }
}

extension Segmenter {
  /// Finds the levels beside the cord of a scan.
  ///
  /// - Parameters:
  ///   - image: The scan.
  ///   - mask: Of its cord, on its grid.
  ///   - settings: What else is known, and how sure the numbering must be.
  /// - Throws: ``LevelsUnknown``, `LevelError`, `MorphometryError`, `NIfTIError`.
  public func levels(in image: Volume, mask: Volume, _ settings: LevelSettings = LevelSettings()) throws -> ScanLevels {
    guard let network = model.levels else { throw LevelsUnknown.noNetwork(model: model.provenance.name) }
    let axis = CordAxis(try Centerline(of: mask))
    let (known, origin) = try known(settings, along: axis)
    let found = try network.levels(in: image, along: axis, known: known)
    if found.probability >= settings.minimumProbability, !found.discs.isEmpty {
      return ScanLevels(levels: found, axis: axis, origin: origin ?? "the scan", notes: found.remarks(along: axis))
    }
    if let session = settings.session {
      return try levels(in: image, mask: mask, along: axis, from: session, settings)
    }
    throw LevelsUnknown.unsure(probability: found.probability, likely: found.span, minimum: settings.minimumProbability)
  }

  /// Places between which known marks lie, by number; and where that is known from.
  private func known(_ settings: LevelSettings, along axis: CordAxis) throws -> ([Int: ClosedRange<Double>], String?) {
    if let (level, height) = settings.vertebra.map({ ($0.level, $0.height) }) {
      // The middle of a vertebra, not of a disc: the disc above it lies half a vertebra higher.
      let places = stride(from: axis.extent.lowerBound, through: axis.extent.upperBound, by: 0.5)
      let name = LabelNumbering.name(ofLevel: level)
      guard let place = places.min(by: { abs(axis.point(at: $0).z - height) < abs(axis.point(at: $1).z - height) }),
        abs(axis.point(at: place).z - height) < 2
      else { throw LevelsUnknown.away(known: "\(name)@\(height)") }
      return ([level: place - 20...place - 0.5, level + 1: place + 0.5...place + 20], "\(name) at z = \(height) mm, as given")
    }
    guard let path = settings.known else { return ([:], nil) }
    let labels = try Labels(in: NIfTI.labels(path).volume)
    let map = try LevelMap(discs: labels, on: axis)
    let reach = max(2, labels.voxelHeight)
    return (Dictionary(uniqueKeysWithValues: map.discs.map { ($0.number, $0.place - reach...$0.place + reach) }), path.lastPathComponent)
  }

  /// Levels of another scan of the session, moved as the cord moved between the scans.
  private func levels(
    in image: Volume, mask: Volume, along axis: CordAxis, from session: String, _ settings: LevelSettings
  ) throws -> ScanLevels {
    let other = try NIfTI.scan(session)
    var plain = settings
    (plain.session, plain.known, plain.vertebra) = (nil, nil, nil)
    let (otherMask, source): (Volume, ScanLevels)
    do {
      otherMask = try segment(other.volume).mask
      source = try levels(in: other.volume, mask: otherMask, plain)
    } catch let error as LevelsUnknown {
      throw LevelsUnknown.sessionUnsure(scan: session, reason: "\(error)")
    } catch let error as InferenceError {
      throw LevelsUnknown.sessionUnsure(scan: session, reason: "\(error)")
    }
    let (own, others) = (MaskSlice.whole(of: mask), MaskSlice.whole(of: otherMask))
    guard own.count >= 3, let course = CordCourse(through: others),
      own.contains(where: { course.range.contains(course.foot(of: $0.center)) })
    else { throw LevelsUnknown.otherPart(scan: session) }
    let registration = CordRegistration(slices: own, grid: mask.grid, moving: image, axis: course, fixed: other.volume)
    let motion = registration.alignment.motion
    let back = motion.affine.inverse
    let moved = CordLevels(source.levels, along: axis) { back($0) }
    guard !moved.discs.isEmpty else { throw LevelsUnknown.otherPart(scan: session) }
    let shift = (own[own.count / 2].center - motion.affine(own[own.count / 2].center)).length
    return ScanLevels(
      levels: moved, axis: axis, origin: session.lastPathComponent,
      notes: [
        String(format: "levels are those of %@; the cord lay %.1f mm elsewhere in it, which was corrected for", session, shift)
      ], lender: session)
  }
}

extension CordLevels {
  /// First and last vertebra between the marks: `C2–T3`; empty where there is none.
  var span: String {
    guard let first = discs.first, let last = discs.last else { return "" }
    let (upper, lower) = (max(first.number - 1, 1), last.number)
    return upper == lower
      ? LabelNumbering.name(ofLevel: upper) : "\(LabelNumbering.name(ofLevel: upper))–\(LabelNumbering.name(ofLevel: lower))"
  }

  /// What a user should know of these levels.
  func remarks(along axis: CordAxis) -> [String] {
    var remarks: [String] = []
    if let last = discs.last, last.number > 18 {
      remarks.append("vertebrae are counted from above; people with 11 or 13 thoracic ones have other names from T12 down")
    }
    for (upper, lower) in zip(discs, discs.dropFirst()) where lower.number > upper.number + 1 {
      let (first, second) = (LabelNumbering.name(ofLevel: upper.number), LabelNumbering.name(ofLevel: lower.number - 1))
      remarks.append("no disc is seen between \(first) and \(second): fused, or hidden")
    }
    return remarks
  }
}
