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
    let mask = try NIfTI.mask(path, volume: volume, canChoose: true)
    let cord = try MeasuredCord(of: mask.volume, named: path, self)
    let (regions, rows) = cord.divided(by: self)
    guard rows.contains(where: { $0.summary != nil || $0.levels != nil }) else {
      throw MeasuringError.nothingThere(path: path, reach: cord.reach)
    }
    return MeasuredMask(
      rows: rows, notes: mask.notes + cord.notes + cord.measurements.notes, plot: wantsPlot ? cord.plot(of: regions) : nil)
  }
}
