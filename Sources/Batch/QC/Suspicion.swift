import Foundation
import Morphometry
import Simulation

/// How much a scan asks to be looked at, and why.
public struct Suspicion: Sendable {
  /// A reason, with what it weighs: 1 is conspicuous, 3 hardly ever right.
  public struct Reason: Sendable {
    public let text: String
    public let points: Double
  }

  /// The most suspicious first.
  public private(set) var reasons: [Reason] = []
  /// Sum of the points.
  public var points: Double { reasons.reduce(0) { $0 + $1.points } }

  /// What reasons that follow weigh, of what they would.
  var weight = 1.0
  /// Most that one reason weighs.
  static let most = 10.0

  mutating func add(_ points: Double, _ text: @autoclosure () -> String) {
    let points = weight * min(points, Self.most)
    guard points >= 0.5, points.isFinite else { return }
    reasons.append(Reason(text: text(), points: points))
    reasons.sort { $0.points > $1.points }
  }
}

/// Finds what is suspicious of each scan of a cohort: by itself, beside the scans of the same session, beside those of the same contrast, and
/// beside healthy people.
public struct SuspicionRanking: Sendable {
  private let records: [ScanRecord]
  private let peers: [String: Peers]
  private let sessions: [String: [ScanRecord]]
  /// Usual logarithm of the ratio of two contrasts' areas.
  private let ratios: [String: Double]

  /// - Parameter records: All scans of the cohort; those that failed are left out.
  public init(_ records: [ScanRecord]) {
    let done = records.filter { $0.quality != nil }
    self.records = done
    peers = Dictionary(grouping: done) { $0.identity.contrast }.mapValues { Peers($0.compactMap(\.quality)) }
    sessions = Dictionary(grouping: done) { $0.visit }
    var found: [String: [Double]] = [:]
    for (_, scans) in sessions {
      for first in scans {
        for second in scans where first.scan != second.scan {
          guard let a = first.quality, let b = second.quality, let ratio = Companionship(a, b).areaRatio else { continue }
          found["\(first.identity.contrast)>\(second.identity.contrast)", default: []].append(ratio)
        }
      }
    }
    ratios = found.mapValues { $0.sorted()[$0.count / 2] }
  }

  /// The scans with their suspicions, the most suspicious first; equals by name.
  public var ranked: [(record: ScanRecord, suspicion: Suspicion)] {
    records.map { ($0, suspicion(of: $0)) }.sorted { ($1.suspicion.points, $0.record.scan) < ($0.suspicion.points, $1.record.scan) }
  }

  private func suspicion(of record: ScanRecord) -> Suspicion {
    guard let quality = record.quality else { return Suspicion() }
    var suspicion = own(record)
    let ownPoints = suspicion.points
    for other in sessions[record.visit] ?? [] where other.scan != record.scan {
      guard let theirs = other.quality else { continue }
      // Two scans disagree with each other: the one that is odd by itself is the more likely culprit.
      suspicion.weight = ownPoints < own(other).points ? Self.innocence : 1
      beside(
        quality, theirs, named: other.contrast, usual: ratios["\(record.identity.contrast)>\(other.identity.contrast)"] ?? 0, &suspicion)
    }
    return suspicion
  }

  /// What a disagreement weighs for the scan that is less odd by itself.
  private static let innocence = 0.25

  /// What is suspicious of a scan without the others of its session.
  private func own(_ record: ScanRecord) -> Suspicion {
    var suspicion = Suspicion()
    guard let quality = record.quality else { return suspicion }
    alone(quality, &suspicion)
    peers[record.identity.contrast]?.compare(quality, &suspicion)
    return suspicion
  }

  private func alone(_ quality: ScanQuality, _ suspicion: inout Suspicion) {
    if let confidence = quality.confidence {
      suspicion.add((0.95 - confidence) * 40, "the model is sure of only \(Int(100 * confidence)) % of the cord's inside")
    }
    if let numbering = quality.numbering {
      suspicion.add((0.95 - numbering) * 20, "the levels have their right numbers with a probability of \(Int(100 * numbering)) % only")
    }
    if let shift = quality.shift { suspicion.add((shift - 0.5) * 4, "the outline lies \(Self.mm(shift)) beside the image's edges") }
    if let edge = quality.edge {
      suspicion.add((edge - 1.2) * 3, "the outline is \(Self.mm(edge)) from the image's edges, on average")
    }
    let count = Double(max(quality.slices, 1))
    func share(_ flag: String) -> Double { Double(quality.flags[flag] ?? 0) / count }
    suspicion.add(share("jump") * 30, "the area jumps in \(quality.flags["jump"] ?? 0) of \(quality.slices) slices")
    suspicion.add(share("cut_at_side") * 12, "a side of the image cuts the cord in \(quality.flags["cut_at_side"] ?? 0) slices")
    suspicion.add(share("fork") * 20, "the cord comes in pieces in \(quality.flags["fork"] ?? 0) slices")
    suspicion.add(share("other_object") * 10, "there is something else beside the cord in \(quality.flags["other_object"] ?? 0) slices")
    suspicion.add(share("steep") * 6, "the cord is steep to \(quality.flags["steep"] ?? 0) slices")
    suspicion.add(Double(quality.pieces - 1) * 2, "the cord has \(quality.pieces - 1) gaps")
    suspicion.add((30 - quality.length) / 10, "only \(Self.mm(quality.length)) of cord was found")
    let scores = quality.levels.filter(\.isComplete).compactMap { level -> Double? in
      HealthyCord.area(ofLevel: level.level).map { (level.area - $0.mean) / $0.deviation }
    }
    if scores.count >= 2 {
      let mean = scores.reduce(0, +) / Double(scores.count)
      suspicion.add((abs(mean) - 3) * 1.5, "areas are \(Self.number(abs(mean))) SD \(mean < 0 ? "below" : "above") those of healthy people")
      // Wrong numbers bend the curve: the cord is widest at C4 to C6, whoever it is.
      let bend = zip(scores, scores.dropFirst()).map { abs($1 - $0) }.reduce(0, +) / Double(scores.count - 1)
      suspicion.add((bend - 1.2) * 2, "areas do not follow the levels as in other people: are the levels' numbers right?")
    }
  }

  private func beside(_ own: ScanQuality, _ other: ScanQuality, named name: String, usual: Double, _ suspicion: inout Suspicion) {
    let pair = Companionship(own, other)
    suspicion.add(pair.missing / 5 - 0.5, "\(Self.mm(pair.missing)) of the cord that \(name) shows are missing here")
    if let distance = pair.distance { suspicion.add((distance - 5) / 1.5, "the cord lies \(Self.mm(distance)) beside that of \(name)") }
    if let ratio = pair.areaRatio {
      let off = ratio - usual
      suspicion.add((abs(off) - 0.12) * 15, "areas differ by \(Int((100 * abs(exp(off) - 1)).rounded())) % from those of \(name)")
    }
    if let discs = pair.discs { suspicion.add((discs - 7) / 2, "discs lie \(Self.mm(discs)) from where \(name) has them") }
  }

  static func mm(_ value: Double) -> String { String(format: value < 10 ? "%.1f mm" : "%.0f mm", value) }
  static func number(_ value: Double) -> String { String(format: "%.1f", value) }
}

/// Two scans of one session, in the scanner's coordinates.
struct Companionship {
  /// Median distance of the cords, mm, and of discs of one number; `nil` where they share no part.
  private(set) var distance, discs: Double?
  /// Length of the other's cord that lies in this scan's field of view, but not in its mask, mm.
  private(set) var missing = 0.0
  /// Median logarithm of this scan's area over the other's.
  private(set) var areaRatio: Double?

  /// How far a station is from the edge of the field of view to count as seen, mm; and how near a cord must be to be there.
  private static let (rim, reach) = (8.0, 6.0)

  init(_ own: ScanQuality, _ other: ScanQuality) {
    let toVoxel = own.grid.affine.inverse
    let margin = SIMD3(repeating: Self.rim) / own.grid.spacing
    var (distances, ratios): ([Double], [Double]) = ([], [])
    for station in other.course {
      let voxel = toVoxel(station.position)
      let inside = all(voxel .> margin - 0.5) && all(voxel .< SIMD3<Double>(own.grid.shape) - 0.5 - margin)
      let near = own.course.filter { abs($0.z - station.z) < Self.reach }.min { abs($0.z - station.z) < abs($1.z - station.z) }
      guard let near else {
        if inside { missing += ScanQuality.step }
        continue
      }
      distances.append(hypot(near.x - station.x, near.y - station.y))
      if near.area > 0, station.area > 0 { ratios.append(log(near.area / station.area)) }
    }
    distance = Self.median(distances)
    areaRatio = ratios.count >= 3 ? Self.median(ratios) : nil
    let shared = own.discs.compactMap { disc in other.discs.first { $0.number == disc.number }.map { ($0.position - disc.position).length }
    }
    discs = Self.median(shared)
  }

  private static func median(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.sorted()[values.count / 2] }
}

/// What scans of one contrast usually are.
struct Peers: Sendable {
  private struct Usual {
    let median, spread: Double

    init?(_ values: [Double], floor: Double) {
      guard values.count >= Peers.fewest else { return nil }
      median = values.sorted()[values.count / 2]
      let center = median
      spread = max(1.4826 * values.map { abs($0 - center) }.sorted()[values.count / 2], floor)
    }

    func score(_ value: Double) -> Double { (value - median) / spread }
  }

  /// Fewest scans of which it can be told what is usual.
  static let fewest = 8
  private let length, above, below, area, lateral, edge, shift, level: Usual?

  init(_ all: [ScanQuality]) {
    length = Usual(all.map(\.length), floor: 8)
    above = Usual(all.map(\.above), floor: 3)
    below = Usual(all.map(\.below), floor: 3)
    area = Usual(all.map { log(max($0.area, 1)) }, floor: 0.06)
    lateral = Usual(all.map(\.lateral), floor: 2)
    edge = Usual(all.compactMap(\.edge), floor: 0.15)
    shift = Usual(all.compactMap(\.shift), floor: 0.12)
    level = Usual(all.compactMap(\.middleLevel), floor: 0.2)
  }

  /// Scores beyond this are conspicuous; each further unit weighs half a point unless another weight is given.
  private static let ordinary = 3.5

  func compare(_ quality: ScanQuality, _ suspicion: inout Suspicion) {
    func add(_ usual: Usual?, _ value: Double?, _ weight: Double = 0.5, onlyAbove: Bool = false, _ text: (Double, Double) -> String) {
      guard let usual, let value else { return }
      let score = usual.score(value)
      guard !onlyAbove || score > 0 else { return }
      suspicion.add((abs(score) - Self.ordinary) * weight, text(value, usual.median))
    }
    let mm = SuspicionRanking.mm
    add(length, quality.length) { "\(mm($0)) of cord, \(mm($1)) in most scans of this contrast" }
    add(above, quality.above, 1, onlyAbove: true) { "the mask ends \(mm($0)) below the top of the scan, \(mm($1)) in most" }
    add(below, quality.below, 1, onlyAbove: true) { "the mask ends \(mm($0)) above the bottom of the scan, \(mm($1)) in most" }
    add(area, log(max(quality.area, 1))) { "the mean area is \(Int(exp($0).rounded())) mm², \(Int(exp($1).rounded())) mm² in most" }
    add(lateral, quality.lateral, onlyAbove: true) { "the cord lies \(mm($0)) beside the middle of the scan, \(mm($1)) in most" }
    add(edge, quality.edge, onlyAbove: true) { "the outline is \(mm($0)) from the image's edges, \(mm($1)) in most" }
    add(shift, quality.shift, onlyAbove: true) { "the outline is shifted by \(mm($0)) against the image's edges, \(mm($1)) in most" }
    add(level, quality.middleLevel, 1.5) {
      "the middle of the scan is \(SuspicionRanking.number(abs($0 - $1))) levels from where it is in most: are the levels' numbers right?"
    }
  }
}

/// Name of a vertebral level, as every table and page has it.
func levelName(_ level: Int) -> String { LabelNumbering.name(ofLevel: level) }
