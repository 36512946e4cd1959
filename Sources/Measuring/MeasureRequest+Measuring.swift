import Datasets
import Morphometry
import NIfTI
import Numerics
import Reports
import Volumes

extension MeasureRequest {
  /// Measures masks, several at the same time.
  ///
  /// - Parameters:
  ///   - jobs: Masks at the same time; `nil`: one per processor.
  ///   - progress: Told the part that is done, on any thread.
  /// - Returns: In the order of the masks.
  public func measure(_ masks: [String], jobs: Int? = nil, progress: (@Sendable (Double) -> Void)? = nil) -> [Result<
    MeasuredMask, any Error
  >] {
    parallelMap(masks, jobs: jobs, progress: progress) { try measure($0) }
  }

  /// Measures one mask.
  ///
  /// - Throws: ``MeasuringError``, `MaskError`, `NIfTIError`, `DatasetError`.
  public func measure(_ path: String) throws -> MeasuredMask {
    let mask = try givenMask(.cord, path) ?? readMask(path)
    let cord = try MeasuredCord(of: mask.volume, named: path, self)
    let (regions, rows) = cord.divided(by: self)
    guard rows.contains(where: { $0.summary != nil || $0.levels != nil }) else {
      throw MeasuringError.nothingThere(path: path, reach: cord.reach)
    }
    return MeasuredMask(
      rows: rows, notes: mask.notes + cord.notes + cord.measurements.notes, plot: wantsPlot ? cord.plot(of: regions) : nil)
  }

  private func readMask(_ path: String) throws -> (volume: Volume, notes: [String]) {
    let image = try NIfTI.mask(path, volume: volume, canChoose: true)
    return (image.volume, image.notes)
  }

  /// A mask that is in memory already.
  func givenMask(_ kind: Companion, _ name: String) throws -> (volume: Volume, notes: [String])? {
    try images[kind].map { try NIfTI.occupancy(of: $0, named: name) }
  }
}

extension DiscSidecar {
  /// Standard errors of the discs' places, mm, by number.
  func errors(numbering: LabelNumbering) -> [Int: Double] {
    var errors: [Int: Double] = [:]
    for mark in marks ?? [] where mark.interval.count == 2 {
      let width = mark.interval[1] - mark.interval[0]
      guard let disc = numbering.disc(mark.label), width.isFinite, width >= 0 else { continue }
      errors[disc] = width / (2 * Estimate.deviations)
    }
    return errors
  }
}
