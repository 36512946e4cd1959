import Morphometry
import Volumes

/// Everything that is known of one mask against its reference.
public struct ScanEvaluation: Sendable {
  /// What belongs to a scan besides its masks.
  public struct Companions: Sendable {
    public var labels: LevelLabels?
    /// Levels for which areas are compared as one, besides each level alone.
    public var vertebrae: ClosedRange<Int>?
    public var regions: [Region]
    /// The annotator left out slices: only those that hold reference voxels are compared.
    public var partial: Bool
    /// The scan, whose steepest edge is looked for.
    public var image: Volume?

    public init(
      labels: LevelLabels? = nil, vertebrae: ClosedRange<Int>? = nil, regions: [Region] = [], partial: Bool = false,
      image: Volume? = nil
    ) {
      (self.labels, self.vertebrae, self.regions, self.partial, self.image) = (labels, vertebrae, regions, partial, image)
    }
  }

  public let pair: MaskPair
  /// Overlap of both masks cut at 0.5.
  public let dice: Outcome<Double>
  /// 2·Σpg / (Σp² + Σg²).
  public let softDice: Outcome<Double>
  /// Σp / Σg − 1.
  public let volumeError: Outcome<Double>
  public let surface: Outcome<SurfaceDistances>
  public let centerline: Outcome<CenterlineDistance>
  public let calibration: Outcome<Calibration>
  /// Over the slices that both hold.
  public let area: Outcome<AreaError>
  /// By level, and over the vertebrae that were asked for; empty without labels.
  public let levels: [(levels: ClosedRange<Int>, area: Outcome<AreaError>)]
  public let regions: [RegionScore]
  /// The prediction against the scan's steepest edge; `nil` where no scan was given.
  public let edge: Outcome<SteepestEdge>?

  /// Compares two masks of one scan.
  ///
  /// - Parameters:
  ///   - prediction: Occupancy; the same voxels as the reference, in any order of the axes.
  ///   - reference: Occupancy, or a binary annotation.
  ///   - pair: Where they come from.
  /// - Throws: ``EvaluationError`` for other grids and values that are no occupancy; `LevelError` of labels.
  public init(of prediction: Volume, with reference: Volume, pair: MaskPair, companions: Companions = Companions()) throws {
    var mine = prediction
    if mine.grid.orientation != reference.grid.orientation { mine = mine.reoriented(to: reference.grid.orientation) }
    guard mine.grid.matches(reference.grid, tolerance: Self.gridTolerance) else {
      throw EvaluationError.otherGrid(
        prediction: pair.prediction, reference: pair.reference, shapes: [prediction.grid.shape, reference.grid.shape])
    }
    try Self.check(mine, pair.prediction)
    try Self.check(reference, pair.reference)
    if companions.partial { mine = mine.restricted(to: reference.annotatedSlices) }
    self.pair = pair
    let (hasMine, hasKnown) = (mine.voxels.contains { $0 > 0 }, reference.voxels.contains { $0 > 0 })
    let agreement = Agreement(of: mine, with: reference)
    let known: Outcome<Void> = hasKnown ? .success(()) : .failure(NotComputable("the reference is empty"))
    let either: Outcome<Void> = hasMine || hasKnown ? .success(()) : .failure(NotComputable("both masks are empty"))
    dice = Outcome(computing: {
      try either.get()
      guard mine.voxels.contains(where: { $0 > 0.5 }) || reference.voxels.contains(where: { $0 > 0.5 }) else {
        throw NotComputable("no voxel of either mask is above 0.5")
      }
      return agreement.dice
    })
    softDice = either.map { agreement.softDice }
    volumeError = known.map { agreement.volumeError }
    surface = Outcome(computing: { try SurfaceDistances(of: mine, from: reference) })
    centerline = Outcome(computing: { try CenterlineDistance(of: mine, from: reference) })
    calibration = Outcome(computing: { try Calibration(of: mine, with: reference) })

    func measured(_ mask: Volume, _ name: String) throws -> CordAreas {
      do {
        return try CordAreas(of: mask, labels: companions.labels)
      } catch let error as MorphometryError {
        throw NotComputable("the \(name) cannot be measured: \(error)")
      } catch let error as LevelError {
        throw NotComputable("labels: \(error)")
      }
    }
    let areas = Outcome(computing: { (predicted: try measured(mine, "prediction"), reference: try measured(reference, "reference")) })
    area = areas.flatMap { areas in Outcome(computing: { try AreaError.overSlices(areas.predicted, areas.reference) }) }
    var wanted: [ClosedRange<Int>] = []
    if companions.labels != nil {
      wanted = (areas.value?.reference.completeLevels ?? []).map { $0...$0 }
      if let vertebrae = companions.vertebrae, !wanted.contains(vertebrae) { wanted.append(vertebrae) }
    }
    levels = wanted.map { levels in
      let area = areas.flatMap { areas -> Outcome<AreaError> in
        areas.predicted.area(of: levels).flatMap { mine in
          areas.reference.area(of: levels).map { AreaError(levels: levels, predicted: mine.value, reference: $0.value) }
        }
      }
      return (levels, area)
    }
    edge = companions.image.map { image in
      Outcome(computing: { try SteepestEdge(of: mine, in: image.reoriented(to: mine.grid.orientation)) })
    }
    regions = companions.regions.map { RegionScore($0, mine, reference, areas: areas) }
  }

  /// How far corners of two grids may be apart, in voxels: affines are kept in 32 bits and headers rounded by other programs.
  private static let gridTolerance = 0.1

  private static func check(_ mask: Volume, _ path: String) throws(EvaluationError) {
    do {
      _ = try mask.occupancy()
    } catch {
      throw .notOccupancy(path: path, error)
    }
  }
}

extension Volume {
  /// This volume with zeros outside some slices.
  fileprivate func restricted(to kept: (axis: Int, slices: Set<Int>)) -> Volume {
    var result = self
    let stride = [1, grid.shape.x, grid.shape.x * grid.shape.y][kept.axis]
    for offset in voxels.indices where !kept.slices.contains(offset / stride % grid.shape[kept.axis]) { result.voxels[offset] = 0 }
    return result
  }
}
