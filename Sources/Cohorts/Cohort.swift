import Datasets
import Foundation
import Numerics
import Simulation
import Synchronization
import Volumes

/// A BIDS data set of simulated people, with derivatives that hold their truth.
///
/// People are independent of each other and of how many there are: person 3 of 24 is person 3 of 300.
public struct Cohort: Sendable {
  /// Root of the data set.
  public let folder: String
  public let settings: CohortSettings
  /// Who writes it.
  public let program: DatasetDescription.Program
  /// What lies around people's canals instead of a drawn body, one for each person; none: everybody has a body.
  public let backdrops: [Backdrop]

  /// A data set that is not written yet.
  public init(folder: String, settings: CohortSettings, program: DatasetDescription.Program, backdrops: [Backdrop] = []) {
    (self.folder, self.settings, self.program, self.backdrops) = (folder, settings, program, backdrops)
  }

  /// Root of the derivatives.
  public var truth: String { folder + "/derivatives/truth" }

  /// Root of the masks as raters draw them.
  public var labels: String { folder + "/derivatives/labels" }

  /// Name of a person, from 1: `sub-001`.
  public static func name(of person: Int) -> String { "sub-" + String(format: "%03d", person) }

  /// Whether a person was written to the end.
  public func isFinished(_ person: Int) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(Self.name(of: person))") }

  /// Writes the data set, or what is missing of it.
  ///
  /// Each person is written into a hidden folder that is renamed when it is complete, so a half-written one never looks finished. After
  /// each person the tables are written anew: the folder is a sound data set at any time.
  ///
  /// - Parameters:
  ///   - people: How many there shall be at the end.
  ///   - jobs: How many are made at the same time; it does not change what is written.
  ///   - preview: Adds a picture of each person.
  ///   - progress: Called from any thread with the fraction done.
  /// - Throws: ``SettingsError``, ``CohortError``, and errors of the files that could not be written; whoever was finished before stays.
  public func write(people: Int, jobs: Int = 1, preview: Bool = false, progress: @escaping @Sendable (Double) -> Void = { _ in }) throws {
    try settings.validate()
    let lock = try begin()
    defer { withExtendedLifetime(lock) {} }
    let tables = Mutex(CohortTables(cohort: self, finished: (1...people).filter(isFinished)))
    try tables.withLock { try $0.write() }
    let work = ScanProgress(scans: people * settings.contrasts.count * visits.count, progress: progress)
    parallelFor(people, jobs: jobs) { index in
      guard work.failure == nil else { return }
      let person = index + 1
      do {
        let writer = PersonWriter(cohort: self, person: person)
        if isFinished(person) {
          work.advance(scans: settings.contrasts.count * visits.count)
        } else {
          try writer.write { work.advance(scans: 1) }
          try tables.withLock { try $0.add(person) }
        }
        if preview { try writer.writePreview() }
      } catch {
        work.stop(error)
      }
    }
    if let failure = work.failure { throw failure }
  }

  /// What is wrong with a person.
  public func pathology(of person: Int) -> Pathology {
    var generator = Generator(seed: settings.seed, stream: UInt64(person), Stream.pathology)
    return settings.simulation.drawnPathology(&generator)
  }

  /// Who a person is.
  func demographics(of person: Int) -> Demographics {
    var generator = Generator(seed: settings.seed, stream: UInt64(person))
    let drawn = Neck(generator: &generator)
    generator = Generator(seed: settings.seed, stream: UInt64(person), Stream.demographics)
    return Demographics(area: (drawn.trueArea(level: 2) + drawn.trueArea(level: 3)) / 2, generator: &generator)
  }

  /// The same person whatever contrasts are asked for, and but for the finding whatever pathology.
  public func neck(of person: Int) -> Neck {
    var generator = Generator(seed: settings.seed, stream: UInt64(person))
    var neck = Neck(generator: &generator, pathology: pathology(of: person))
    neck.apply(settings.anatomy)
    return neck
  }

  /// What lies around a person's canal.
  func backdrop(of person: Int) -> Backdrop? {
    var generator = Generator(seed: settings.seed, stream: UInt64(person), Stream.backdrop)
    return backdrops.isEmpty ? nil : backdrops[Int(generator.uniform(0, Double(backdrops.count)))]
  }

  /// How a person is scanned; the same whatever other contrasts are asked for.
  ///
  /// - Parameter visit: From 0; at every visit the person lies elsewhere, and noise and scanner are drawn anew.
  public func acquisition(of neck: Neck, person: Int, _ contrast: Contrast, visit: Int = 0) -> Acquisition {
    let index = UInt64(Contrast.allCases.firstIndex(of: contrast)!)
    var generator =
      visit == 0
      ? Generator(seed: settings.seed, stream: UInt64(person), index)
      : Generator(seed: settings.seed, stream: UInt64(person), index, Stream.visits + UInt64(visit))
    var acquisition: Acquisition =
      contrast == .random
      ? .random(for: neck, generator: &generator)
      : .standard(contrast, for: neck, settings: settings.simulation, generator: &generator)
    if let crop = settings.crop { acquisition.grid = acquisition.grid.cropped(around: neck, side: crop.side, levels: crop.levels) }
    return acquisition
  }

  /// Chance of the hand that draws a person's mask in one contrast.
  func hand(person: Int, _ contrast: Contrast) -> Generator {
    let index = UInt64(Contrast.allCases.firstIndex(of: contrast)!)
    return Generator(seed: settings.seed, stream: UInt64(person), index, Stream.rater)
  }

  /// Streams of a person's seed besides those of the contrasts.
  private enum Stream {
    static let pathology: UInt64 = 1000, backdrop: UInt64 = 1001, demographics: UInt64 = 1002, rater: UInt64 = 1, visits: UInt64 = 2000
  }

  func series(of person: Int) -> [Series] {
    visits.flatMap { visit in
      let neck = neck(of: person, visit: visit)
      return settings.contrasts.map {
        Series(
          person: Self.name(of: person), neck: neck, acquisition: acquisition(of: neck, person: person, $0, visit: visit),
          session: session(visit), hand: settings.raters == true ? hand(person: person, $0) : nil)
      }
    }
  }
}
