import Foundation
import Models
import Numerics
import Preprocessing
import Simulation
import Tensors
import Volumes

/// The cases that samples are drawn from: labelled ones for good, simulated ones that are replaced as training goes on.
///
/// What the pool holds in an epoch depends on the seed and the epoch alone, so a resumed run sees what it would have seen. A simulated scan
/// is made when it is needed, or before; training begins with the first one.
final class CasePool {
  private let configuration: TrainingConfiguration
  private let backdrops: [Backdrop]
  private let weights: [Double]
  private let shelf: ScanShelf
  private var simulated: [UInt64: Task<TrainingCase, any Error>] = [:]
  private var shuffled: (round: Int, order: [Int])?

  /// Streams of the run's seed.
  private enum Stream {
    static let simulation: UInt64 = 1, sample: UInt64 = 2, validation: UInt64 = 3, order: UInt64 = 4
  }

  /// A case: a labelled one by its place, a simulated one by its identity.
  enum Choice {
    case labelled(Int)
    case simulated(UInt64)
  }

  init(_ configuration: TrainingConfiguration, _ data: TrainingData) {
    self.configuration = configuration
    backdrops = data.backdrops
    weights = data.training.map { $0.weight ?? 1 }
    shelf = ScanShelf(data, configuration)
  }

  deinit { for task in simulated.values { task.cancel() } }

  /// The simulated scans of an epoch: slots take turns, so that a few are replaced each epoch.
  private func identities(epoch: Int) -> [UInt64] {
    let settings = configuration.data.simulation
    return (0..<settings.scans).map { slot in
      let generation = (epoch + slot * settings.lifetime / settings.scans) / max(1, settings.lifetime)
      return UInt64(generation) << 32 | UInt64(slot)
    }.sorted()
  }

  /// Makes a simulated scan; one that shows nothing (all its voxels alike) is no sample, and another takes its place.
  private static func simulate(
    _ identity: UInt64, _ configuration: TrainingConfiguration, _ backdrops: [Backdrop]
  ) throws -> PreparedCase {
    var generator = Generator(seed: configuration.seed, stream: Stream.simulation, identity)
    var failure: PreprocessingError?
    for _ in 0..<attempts {
      do { return try simulate(configuration, backdrops, &generator) } catch let error as PreprocessingError { failure = error }
    }
    throw TrainingError.scan(path: "a simulated scan", reason: failure.map { "\($0)" } ?? "")
  }

  /// More simulated scans in a row than can show nothing by chance.
  private static let attempts = 10

  private static func simulate(
    _ configuration: TrainingConfiguration, _ backdrops: [Backdrop], _ generator: inout Generator
  ) throws -> PreparedCase {
    if let share = configuration.data.simulation.cordless, generator.chance(share) {
      let image = cordlessScan(seed: generator.next())
      return try PreparedCase(image: image, configuration.stage.preprocessing, parts: configuration.data.labelParts) {
        Volume(repeating: 0, grid: $0)
      }
    }
    var (neck, acquisition) = trainingAcquisition(
      seed: generator.next(), whole: configuration.data.simulation.whole ?? 0,
      mixture: configuration.data.simulation.mixture ?? ScanMixture())
    if let contrasts = configuration.data.contrasts?.compactMap(Contrast.init), !contrasts.isEmpty {
      let (contrast, scanner) = (contrasts[Int(generator.uniform(0, Double(contrasts.count)))], acquisition.sequence)
      acquisition.contrast = contrast
      acquisition.sequence = .published(contrast, manufacturer: scanner.manufacturer, fieldStrength: scanner.fieldStrength)
    }
    let surrounded = !backdrops.isEmpty && generator.chance(configuration.data.simulation.backdrops?.share ?? 0)
    let backdrop = surrounded ? backdrops[Int(generator.uniform(0, Double(backdrops.count)))] : nil
    let scan = acquire(neck, acquisition, backdrop: backdrop).image
    let kind = configuration.data.label ?? .exact
    // The exact truth is known in voxels of any size; the others are made of masks on the scan's own.
    let label = kind == .exact ? nil : kind.label(of: neck, in: acquisition, on: scan.grid, generator: &generator)
    // A larger person is one whose voxels are said to be larger: nothing is interpolated.
    let size = configuration.data.simulation.sizes.map { exp(generator.normal(0, $0)) } ?? 1
    let image = Volume(voxels: scan.voxels, grid: scan.grid.magnified(by: size))
    return try PreparedCase(image: image, configuration.stage.preprocessing, parts: configuration.data.labelParts) { grid in
      let asSimulated = grid.magnified(by: 1 / size)
      let occupancy = label?.resampled(onto: asSimulated) ?? neck.cordOccupancy(on: asSimulated, seenBy: acquisition)
      return Volume(voxels: occupancy.voxels, grid: grid)
    }
  }

  /// Simulated scans that are never trained on.
  static func validationScans(_ configuration: TrainingConfiguration) -> [SimulatedScan] {
    (0..<configuration.validation.simulated).map { index in
      var generator = Generator(seed: configuration.seed, stream: Stream.validation, UInt64(index))
      return trainingScan(seed: generator.next())
    }
  }

  /// Drops simulated scans that are not shown in this epoch or the next.
  func enter(epoch: Int) {
    let shown = Set(identities(epoch: epoch) + identities(epoch: epoch + 1))
    for (identity, task) in simulated where !shown.contains(identity) {
      task.cancel()
      simulated[identity] = nil
    }
  }

  /// Chooses a case.
  ///
  /// - Parameter sample: The sample's number in the whole run, for an order in which each scan comes once.
  func draw(_ generator: inout Generator, epoch: Int, sample: Int) -> Choice {
    let scans = configuration.data.simulation.scans
    let simulate = weights.isEmpty || (scans > 0 && generator.chance(configuration.data.simulatedShare))
    guard !simulate else { return .simulated(identities(epoch: epoch)[Int(generator.uniform(0, Double(scans)))]) }
    if configuration.data.order == .shuffled { return .labelled(order(round: sample / weights.count)[sample % weights.count]) }
    var place = generator.uniform(0, weights.reduce(0, +))
    for (index, weight) in weights.enumerated() {
      place -= weight
      if place < 0 { return .labelled(index) }
    }
    return .labelled(weights.count - 1)
  }

  /// The labelled scans in the order of one round through all.
  private func order(round: Int) -> [Int] {
    if let shuffled, shuffled.round == round { return shuffled.order }
    var generator = Generator(seed: configuration.seed, stream: Stream.order, UInt64(round))
    let order = Array(weights.indices).shuffled(using: &generator)
    shuffled = (round, order)
    return order
  }

  /// Starts reading or making a case that will be needed.
  func prepare(_ choice: Choice) {
    switch choice {
    case .labelled(let index): shelf.prepare(index)
    case .simulated(let identity):
      guard simulated[identity] == nil else { return }
      let (configuration, backdrops) = (configuration, backdrops)
      // Below what trains: however many scans are to be made, a step goes on as soon as its own are there.
      simulated[identity] = Task.detached(priority: .utility) {
        try Parallelism.$isOff.withValue(true) {
          try TrainingCase(CasePool.simulate(identity, configuration, backdrops), exact: true)
        }
      }
    }
  }

  /// Whether taking a case simulates it.
  func willSimulate(_ choice: Choice) -> Bool {
    if case .simulated(let identity) = choice { simulated[identity] == nil } else { false }
  }

  /// A case, read or made if need be.
  func take(_ choice: Choice) async throws -> TrainingCase {
    prepare(choice)
    return switch choice {
    case .labelled(let index): try await shelf.take(index)
    case .simulated(let identity): try await simulated[identity]!.value
    }
  }

  /// A case that need not be waited for here: one on its way, or one that is there.
  ///
  /// - Returns: `nil` for a labelled one that must still be read.
  func promise(_ choice: Choice) -> Task<TrainingCase, any Error>? {
    prepare(choice)
    return switch choice {
    case .labelled(let index): shelf.present(index).map { present in Task { present } }
    case .simulated(let identity): simulated[identity]
    }
  }

  /// A sample's own generator: the run does not depend on the order in which samples are made.
  func generator(epoch: Int, index: Int) -> Generator {
    Generator(seed: configuration.seed, stream: Stream.sample, UInt64(epoch), UInt64(index))
  }
}
