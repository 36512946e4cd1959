import Foundation
import Morphometry

/// How a person's cord changed between scans: the same piece of cord, measured in all of them.
public struct CordChange: Sendable {
  /// The change of a piece between the first scan and a later one.
  public struct Piece: Sendable {
    /// `C2`, `C2:C3`, or `all` for the whole common cord.
    public let region: String
    public let first, second: String
    /// Length of the cord that was compared, mm.
    public let length: Double
    /// Mean areas, mm².
    public let areas: (first: Double, second: Double)
    /// Change of the area, percent of the first.
    public let percent: Estimate
    /// Change of the area, mm².
    public let area: Estimate
    /// Percent a year; `nil` where dates are not known or the same.
    public let yearly: Estimate?
    /// Years between the scans.
    public let years: Double?
    /// What a reader should know, stable names.
    public let flags: [String]
  }

  public let pieces: [Piece]
  public let cord: CommonCord
  /// Regions that are not told, with the reason.
  public let remarks: [String]

  /// - Parameters:
  ///   - cord: The scans, brought together.
  ///   - vertebrae: Levels over which the change is told; `nil` takes all of the common cord.
  ///   - error: How much more the measures of two scans differ than their own intervals tell.
  /// - Throws: ``ChangeError`` where the whole is not known; single levels that are not are left out and named in ``remarks``.
  public init(
    _ cord: CommonCord, vertebrae: ClosedRange<Int>? = nil, error: ChangeErrors = ChangeErrors()
  ) throws {
    self.cord = cord
    var (regions, remarks) = ([(String, ClosedRange<Double>)](), [String]())
    if let vertebrae {
      let name = Self.name(vertebrae)
      guard let whole = cord.shown(vertebrae) else { throw ChangeError.noLevels(name: name) }
      guard whole.share >= CommonCord.leastShare else { throw ChangeError.outside(name: name, part: whole.share) }
      regions.append((name, whole.places))
    } else {
      regions.append(("all", cord.extent))
    }
    let numbers = cord.discs.keys.sorted()
    let levels = vertebrae.map(Array.init) ?? numbers.filter { $0 > 0 && cord.discs[$0 + 1] != nil }
    if levels.count > 1 || vertebrae == nil {
      for level in levels {
        guard let part = cord.shown(level...level), part.share > 0 else { continue }
        if part.share >= CommonCord.leastShare {
          regions.append((LabelNumbering.name(ofLevel: level), part.places))
        } else {
          remarks.append("\(ChangeError.outside(name: LabelNumbering.name(ofLevel: level), part: part.share))")
        }
      }
    }
    pieces = try regions.flatMap { region, places in
      try (1..<cord.visits.count).map { visit in
        guard let piece = Self.piece(cord, region, places, visit, error) else {
          throw ChangeError.outside(name: region, part: 0)
        }
        return piece
      }
    }
    self.remarks = remarks
  }

  private static func name(_ levels: ClosedRange<Int>) -> String {
    let names = [levels.lowerBound, levels.upperBound].map(LabelNumbering.name(ofLevel:))
    return names[0] == names[1] ? names[0] : names.joined(separator: ":")
  }

  private static func piece(
    _ cord: CommonCord, _ region: String, _ places: ClosedRange<Double>, _ visit: Int, _ error: ChangeErrors
  ) -> Piece? {
    guard let before = cord.summary(of: places, visit: 0), let now = cord.summary(of: places, visit: visit),
      before.area.mean > 0, now.area.mean > 0
    else { return nil }
    let (first, second) = (cord.visits[0], cord.visits[visit])
    let length = places.upperBound - places.lowerBound
    let ratio = log(now.area.mean / before.area.mean)
    let deviation = error.deviation(
      first, second, relative: [before, now].map { ($0[.area]?.standardError ?? 0) / $0.area.mean }, length: length)
    // The two areas share their error: the mean stays, the ratio is the joint one.
    let middle = (now.area.mean * before.area.mean).squareRoot()
    let areas = (first: middle * exp(-ratio / 2), second: middle * exp(ratio / 2))
    let percent = Estimate(100 * (exp(ratio) - 1), standardError: 100 * exp(ratio) * deviation)
    let years = first.years.flatMap { a in second.years.map { $0 - a } }
    return Piece(
      region: region, first: first.name, second: second.name, length: length, areas: areas, percent: percent,
      area: Estimate(areas.second - areas.first, standardError: middle * deviation),
      yearly: years.flatMap { years in
        years > 0 ? Estimate(percent.value / years, standardError: percent.standardError! / years) : nil
      }, years: years, flags: flags(before, now, first, second))
  }

  /// Change of the ratio of diameters that is one of shape, as a part of it.
  private static let otherShape = 0.06

  private static func flags(_ before: Summary, _ now: Summary, _ first: ChangeVisit, _ second: ChangeVisit) -> [String] {
    var flags: [String] = []
    if first.contrast == nil || second.contrast == nil {
      flags.append("contrast_unknown")
    } else if first.contrast != second.contrast {
      flags.append("other_contrast")
    }
    let spacings = [first, second].map { $0.measurements.centerline.slicing }
    if abs(spacings[0].spacing / spacings[1].spacing - 1) > 0.02 || abs(spacings[0].pixelArea / spacings[1].pixelArea - 1) > 0.02 {
      flags.append("other_grid")
    }
    let shapes = [before, now].map { $0.apDiameter.mean / $0.rlDiameter.mean }
    if abs(log(shapes[1] / shapes[0])) > otherShape { flags.append("shape_changed") }
    let own = before.flags.union(now.flags)
    if own.contains(.jump) { flags.append("motion") }
    return flags + own.subtracting(.jump).names
  }
}
