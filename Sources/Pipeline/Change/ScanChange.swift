import Change
import Datasets
import Files
import Foundation
import Inference
import Levels
import Morphometry
import NIfTI
import Registration
import Volumes

/// What a change is measured from, and over what.
public struct ChangeRequest: Sendable {
  /// Scans of one person in the order of their dates.
  public var scans: [String]
  /// Masks of the cord on the scans' grids, in the same order; empty: scans are segmented.
  public var masks: [String] = []
  /// Vertebrae over which the change is told; `nil`: all that the scans show.
  public var vertebrae: ClosedRange<Int>?

  public init(scans: [String]) { self.scans = scans }
}

/// One scan of a change, as far as it is prepared.
private struct PreparedVisit {
  let image, mask: Volume
  let slices: [MaskSlice]
  let visit: ChangeVisit
  let notes: [String]

  /// Which of two scans is brought onto the other does not depend on their order, so that swapped visits give minus the change.
  func precedes(_ other: PreparedVisit) -> Bool {
    func key(_ volume: Volume) -> [Double] { [Double(volume.voxels.count), volume.voxels.reduce(0.0) { $0 + Double($1) }] }
    return (key(image) + key(mask)).lexicographicallyPrecedes(key(other.image) + key(other.mask))
  }
}

extension SegmentationPipeline {
  /// From scans of one person to the change of the cord.
  ///
  /// - Throws: `ChangeError`, `RegistrationError`, `LevelsUnknown` where vertebrae are asked for and no scan tells them; errors of the files.
  public func change(
    _ request: ChangeRequest, _ settings: LevelSettings = LevelSettings(), observer: WorkObserver = { _ in }
  ) throws -> CordChange {
    guard request.scans.count >= 2 else { throw ChangeError.fewVisits(found: request.scans.count) }
    var unknown: (any Error)?
    let visits = try request.scans.enumerated().map { index, scan in
      let prepared = try prepared(scan, mask: request.masks.isEmpty ? nil : request.masks[index], settings, observer) { unknown = $0 }
      for note in prepared.notes { observer(.note("\(scan): \(note)")) }
      return prepared
    }
    if request.vertebrae != nil, visits.allSatisfy({ $0.visit.discs.isEmpty }), let unknown { throw unknown }
    let cord = try CommonCord(visits.map(\.visit)) { first, second in
      visits[first].precedes(visits[second])
        ? try Self.shift(from: visits[first], to: visits[second]) : try -Self.shift(from: visits[second], to: visits[first])
    }
    let change = try CordChange(cord, vertebrae: request.vertebrae)
    for remark in change.remarks { observer(.note(remark)) }
    return change
  }

  private func prepared(
    _ path: String, mask maskPath: String?, _ settings: LevelSettings, _ observer: WorkObserver, unknown: (any Error) -> Void
  ) throws -> PreparedVisit {
    let (image, mask): (Volume, Volume)
    if let maskPath {
      image = try NIfTI.scan(path).volume
      mask = try NIfTI.mask(maskPath, of: path, on: image.grid).volume
    } else {
      let done = try segment(path, observer: observer)
      (image, mask) = (done.image.volume, done.mask)
    }
    let slices = MaskSlice.whole(of: mask)
    guard slices.count >= 3 else { throw RegistrationError.fewSlices(mask: maskPath ?? path, found: slices.count) }
    var (discs, notes) = ([(number: Int, place: Double, error: Double)](), [String]())
    do {
      let found = try segmenter.levels(in: image, mask: mask, settings)
      discs = found.levels.discs.map {
        ($0.number, $0.place, ($0.interval.upperBound - $0.interval.lowerBound) / (2 * Estimate.deviations))
      }
      notes = found.notes
    } catch let error as LevelsUnknown {
      notes.append("\(error)")
      unknown(LocatedError(path, error))
    }
    let visit = ChangeVisit(
      name: path.lastPathComponent == path ? path : Self.shortName(of: path), measurements: try Morphometry.measure(mask: mask),
      discs: discs,
      years: SessionDate(of: path)?.years, contrast: BIDSName(path)?.suffix)
    return PreparedVisit(image: image, mask: mask, slices: slices, visit: visit, notes: notes)
  }

  private static func shortName(of path: String) -> String { OutputName(of: path).stem }

  /// Place along the cord of the fixed scan less that of the moving one, for the same tissue, mm.
  private static func shift(from moving: PreparedVisit, to fixed: PreparedVisit) throws -> Double {
    guard let course = CordCourse(through: fixed.slices) else { throw RegistrationError.short(mask: fixed.visit.name) }
    guard moving.slices.contains(where: { course.range.contains(course.foot(of: $0.center)) }) else {
      throw RegistrationError.apart(moving: moving.visit.name, fixed: fixed.visit.name)
    }
    let registration = CordRegistration(
      slices: moving.slices, grid: moving.mask.grid, moving: moving.image, axis: course, fixed: fixed.image)
    let motion = registration.alignment.motion.affine
    let (own, others) = (moving.visit.axis, fixed.visit.axis)
    let shifts = stride(from: own.extent.lowerBound, through: own.extent.upperBound, by: 1).compactMap { place -> Double? in
      let foot = others.foot(of: motion(own.point(at: place))).place
      return others.extent.contains(foot) ? foot - place : nil
    }.sorted()
    guard !shifts.isEmpty else { throw RegistrationError.apart(moving: moving.visit.name, fixed: fixed.visit.name) }
    return shifts[shifts.count / 2]
  }
}
