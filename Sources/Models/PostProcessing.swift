import Foundation

/// Where a scan is looked at, and what of a network's answer counts as cord: figures chosen for the networks of one model, so they travel
/// in its file.
///
/// Lengths are in mm, volumes in mm³, occupancies and fractions in 0…1.
public struct PostProcessing: Sendable, Hashable, Codable {
  // ── The localizer ──
  /// Occupancy above which a voxel of the localizer's grid counts as cord.
  public var localizerThreshold: Float = 0.3
  /// Fraction of a window that the localizer's next one sees, too.
  public var localizerOverlap = 0.25
  /// Pieces below this fraction of the largest one are taken for mistakes, unless the cord's course leads to them.
  public var smallestShare = 0.2
  /// Less cord than this is no cord: a single slice of 2 mm holds half as much again.
  public var smallestVolume = 100.0
  /// How near to what the localizer found a piece of the mask must be.
  public var localizerSpacing = 4.0

  // ── Windows ──
  /// How far around the localized cord the segmenter looks, across it and along it.
  public var marginAcross = 9.0, marginAlong = 24.0
  /// How much of the margin across is dropped if that saves a window. What the localizer found is often a millimeter too wide for one
  /// window; two side by side take twice the time, and areas are no nearer to the truth.
  public var spareMargin = 6.0
  /// How often windows are added where the cord goes on beyond them.
  public var extensions = 8
  /// Scans shorter than this from foot to head are lengthened, by repeating their end slices, to ``lengthenedScan``.
  public var shortestScan = 30.0, lengthenedScan = 60.0

  // ── The mask ──
  /// Voxels above this occupancy are joined into pieces.
  public var faintOccupancy: Float = 0.1
  /// How far from a voxel that is more cord than not others may be cord in part.
  public var edgeWidth = 4.5
  /// Pieces of voxels that are more cord than not, and smaller than this, are mistakes.
  public var smallestPiece = 30.0
  /// Least confidence of a cord, and of a piece that lies apart from it: the fraction of interior voxels above ``confidentOccupancy``, taken
  /// in the median slice. Cords have 0.95 and more, half a cord at the rim of a coarse scan 0.8; bones of the leg 0.6 at most.
  public var minimumConfidence: Float = 0.75
  /// Occupancy above which a voxel is confidently cord.
  public var confidentOccupancy: Float = 0.9
  /// What is less than this in the mask becomes 0: no calibration supports such occupancies, and programs that take every voxel above 0 for
  /// cord would count them.
  public var leastOccupancy: Float = 0.001

  public init() {}

  /// What files without these figures mean: they were written when every program had the same ones, and kept the faintest occupancies.
  public static let ofOlderFiles: PostProcessing = {
    var older = PostProcessing()
    older.leastOccupancy = 0
    return older
  }()

  /// Reads figures; those that a file lacks have their defaults.
  public init(from decoder: any Decoder) throws {
    self.init()
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ key: CodingKeys, _ figure: WritableKeyPath<Self, Value>) throws {
      if let value = try keys.decodeIfPresent(Value.self, forKey: key) { self[keyPath: figure] = value }
    }
    try read(.localizerThreshold, \.localizerThreshold)
    try read(.localizerOverlap, \.localizerOverlap)
    try read(.smallestShare, \.smallestShare)
    try read(.smallestVolume, \.smallestVolume)
    try read(.localizerSpacing, \.localizerSpacing)
    try read(.marginAcross, \.marginAcross)
    try read(.marginAlong, \.marginAlong)
    try read(.spareMargin, \.spareMargin)
    try read(.extensions, \.extensions)
    try read(.shortestScan, \.shortestScan)
    try read(.lengthenedScan, \.lengthenedScan)
    try read(.faintOccupancy, \.faintOccupancy)
    try read(.edgeWidth, \.edgeWidth)
    try read(.smallestPiece, \.smallestPiece)
    try read(.minimumConfidence, \.minimumConfidence)
    try read(.confidentOccupancy, \.confidentOccupancy)
    try read(.leastOccupancy, \.leastOccupancy)
  }

  /// These figures with some changed, as `softcord model adjust` does.
  ///
  /// - Parameter changes: New values by the names of the properties.
  /// - Throws: ``StageDescription/Invalid`` for a name that is none, or a value that makes no sense.
  public func changing(_ changes: [String: Double]) throws -> PostProcessing {
    var values = try JSONDecoder().decode([String: Double].self, from: JSONEncoder().encode(self))
    for (name, value) in changes {
      guard values[name] != nil else {
        throw StageDescription.Invalid(
          description: "there is no figure '\(name)'; expected one of \(values.keys.sorted().joined(separator: ", "))")
      }
      values[name] = value
    }
    let changed: PostProcessing
    do {
      changed = try JSONDecoder().decode(PostProcessing.self, from: JSONEncoder().encode(values))
    } catch {
      throw StageDescription.Invalid(description: "extensions must be a whole number")
    }
    try changed.validate()
    return changed
  }

  /// Checks what a foreign file may have got wrong.
  ///
  /// - Throws: ``StageDescription/Invalid``.
  public func validate() throws {
    func require<Value: Comparable>(_ name: String, _ value: Value, _ range: ClosedRange<Value>) throws {
      guard range.contains(value) else {
        throw StageDescription.Invalid(description: "\(name) is \(value), expected \(range.lowerBound) to \(range.upperBound)")
      }
    }
    for (name, value) in [
      ("localizerThreshold", localizerThreshold), ("faintOccupancy", faintOccupancy), ("minimumConfidence", minimumConfidence),
      ("confidentOccupancy", confidentOccupancy), ("leastOccupancy", leastOccupancy),
    ] { try require(name, value, 0...1) }
    try require("localizerOverlap", localizerOverlap, 0...0.9)
    try require("smallestShare", smallestShare, 0...1)
    for (name, value) in [("smallestVolume", smallestVolume), ("smallestPiece", smallestPiece)] { try require(name, value, 0...1e6) }
    try require("localizerSpacing", localizerSpacing, 0.1...100)
    for (name, value) in [
      ("marginAcross", marginAcross), ("marginAlong", marginAlong), ("spareMargin", spareMargin), ("shortestScan", shortestScan),
      ("lengthenedScan", lengthenedScan), ("edgeWidth", edgeWidth),
    ] { try require(name, value, 0...1000) }
    try require("spareMargin", spareMargin, 0...marginAcross)
    try require("extensions", extensions, 0...1000)
  }
}
