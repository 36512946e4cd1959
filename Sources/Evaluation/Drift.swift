import Foundation
import Statistics

/// Whether a new version of a method still measures a frozen set of scans as the old one did.
public struct Drift: Sendable {
  /// What came out at a level.
  public enum Verdict: String, Sendable, CaseIterable {
    /// The whole interval of the scale factor lies within the tolerance.
    case pass
    /// The whole interval lies outside.
    case drift
    /// The interval reaches over the tolerance's end, or there is none: too few people.
    case undecided
    /// Scans of the frozen set are missing.
    case incomplete
  }

  /// The scale between both versions at one level.
  public struct Level: Sendable {
    public let level: String
    public let people, scans: Int
    /// Geometric mean over people of new over old.
    public let factor: Outcome<Double>
    /// 95 %: Student's, of people's mean logarithms.
    public let interval: Outcome<Interval>
    /// Scans of the frozen set that were not measured anew.
    public let missing: [String]
    public let verdict: Verdict
    /// What a bridge should know: whether the difference is not a scale alone.
    public let remark: String?
  }

  public let old, new: String
  /// Largest |factor − 1| that passes.
  public let tolerance: Double
  public let levels: [Level]
  /// Whether every level passes.
  public var passes: Bool { levels.allSatisfy { $0.verdict == .pass } }

  /// Compares the areas of a frozen set.
  ///
  /// - Parameters:
  ///   - frozen: Areas that the old version found.
  ///   - new: What the new one finds on the same scans.
  ///   - tolerance: Largest |factor − 1| that passes, positive: 0.01 is 1 %.
  public init(from frozen: AreaTable, to new: AreaTable, tolerance: Double) {
    (old, self.new, self.tolerance) = (frozen.name, new.name, tolerance)
    levels = frozen.levels.map { Self.level($0, frozen, new, tolerance) }
  }

  private static func level(_ level: String, _ frozen: AreaTable, _ new: AreaTable, _ tolerance: Double) -> Level {
    var (logarithms, missing): ([String: [Double]], [String]) = ([:], [])
    var (before, after): ([Double], [Double]) = ([], [])
    for record in frozen.records where record.level == level {
      guard let area = new.area(record.person, record.series ?? "", level: level), area > 0, record.area > 0 else {
        missing.append("\(record.person) \(record.series ?? "")")
        continue
      }
      logarithms[record.person, default: []].append(log(area / record.area))
      before.append(record.area)
      after.append(area)
    }
    let people = logarithms.sorted { $0.key < $1.key }.map(\.value.mean)
    let factor: Outcome<Double> = people.isEmpty ? .failure(NotComputable("no scan in common")) : .success(exp(people.mean))
    let interval = Outcome<Interval>(computing: {
      guard people.count > 1 else { throw NotComputable(people.isEmpty ? "no scan in common" : "one person only") }
      // The same factor in everybody is known exactly.
      if people.standardDeviation == 0 { return Interval(exp(people[0]), exp(people[0])) }
      let test = try PairedT(people)
      return Interval(exp(test.interval.lower), exp(test.interval.upper))
    })
    let allowed = Interval(1 - tolerance, 1 + tolerance)
    let verdict: Verdict =
      if !missing.isEmpty { .incomplete } else if let range = interval.value {
        if allowed.contains(range.lower) && allowed.contains(range.upper) {
          .pass
        } else if range.upper < allowed.lower
          || range.lower > allowed.upper
        {
          .drift
        } else {
          .undecided
        }
      } else { .undecided }
    return Level(
      level: level, people: people.count, scans: before.count, factor: factor, interval: interval, missing: missing.sorted(),
      verdict: verdict, remark: offset(before, after))
  }

  /// Says where a line fits otherwise than a scale does.
  private static func offset(_ before: [Double], _ after: [Double]) -> String? {
    guard let line = try? MethodLine.passingBablok(before, after), let range = line.interceptInterval, !range.contains(0) else {
      return nil
    }
    return
      "not a scale alone: Passing and Bablok's line has slope \(line.slope) and intercept \(line.intercept) mm² (95 % \(range.lower) to \(range.upper))"
  }
}
