import Foundation
import Models
import Preprocessing
import Simulation
import Tensors
import Volumes

/// A simulated scan on its way into the pool.
struct SimulatedCase: Sendable {
  let identity: UInt64
  let `case`: PreparedCase
}

/// The cases that samples are drawn from: labelled ones for good, simulated ones that are replaced as training goes on.
///
/// What the pool holds in an epoch depends on the seed and the epoch alone, so a resumed run sees what it would have seen.
final class CasePool {
  private let configuration: TrainingConfiguration
  private let device: Device
  private let backdrops: [Backdrop]
  private let weights: [Double]
  private let shelf: ScanShelf
  private var simulated: [(identity: UInt64, case: TrainingCase)] = []
  private var shuffled: (round: Int, order: [Int])?

  /// Streams of the run's seed.
  private enum Stream {
    static let simulation: UInt64 = 1, sample: UInt64 = 2, validation: UInt64 = 3, order: UInt64 = 4
  }

  /// A case by its place.
  enum Choice {
    case labelled(Int)
    case simulated(Int)
  }

  init(_ configuration: TrainingConfiguration, _ data: TrainingData, on device: Device) {
    (self.configuration, self.device) = (configuration, device)
    backdrops = data.backdrops
    weights = data.training.map { $0.weight ?? 1 }
    shelf = ScanShelf(data, configuration, on: device)
  }

  /// Which scan a slot of the pool shows in an epoch: slots take turns, so that a few are replaced each epoch.
  private func identity(slot: Int, epoch: Int) -> UInt64 {
    let settings = configuration.data.simulation
    let generation = (epoch + slot * settings.lifetime / max(1, settings.scans)) / max(1, settings.lifetime)
    return UInt64(generation) << 32 | UInt64(slot)
  }

  /// A simulated scan; `nil` when it shows nothing (all its voxels alike), which is no sample.
  private static func simulate(_ identity: UInt64, _ configuration: TrainingConfiguration, _ backdrops: [Backdrop]) -> SimulatedCase? {
    var generator = Generator(seed: configuration.seed, stream: Stream.simulation, identity)
    var (neck, acquisition) = trainingAcquisition(seed: generator.next())
    if let contrasts = configuration.data.contrasts?.compactMap(Contrast.init), !contrasts.isEmpty {
      acquisition.contrast = contrasts[Int(generator.uniform(0, Double(contrasts.count)))]
    }
    let surrounded = !backdrops.isEmpty && generator.chance(configuration.data.simulation.backdrops?.share ?? 0)
    let backdrop = surrounded ? backdrops[Int(generator.uniform(0, Double(backdrops.count)))] : nil
    let image = acquire(neck, acquisition, backdrop: backdrop).image
    let kind = configuration.data.label ?? .exact
    // The exact truth is known in voxels of any size; the others are made of masks on the scan's own.
    let label = kind == .exact ? nil : kind.label(of: neck, in: acquisition, on: image.grid, generator: &generator)
    let prepared = try? PreparedCase(image: image, configuration.stage.preprocessing, parts: configuration.data.labelParts) {
      label?.resampled(onto: $0) ?? neck.cordOccupancy(on: $0, seenBy: acquisition)
    }
    return prepared.map { SimulatedCase(identity: identity, case: $0) }
  }

  /// Simulated scans for the given identities, made on all cores.
  private static func simulate(
    _ identities: [UInt64], _ configuration: TrainingConfiguration, _ backdrops: [Backdrop]
  ) async -> [SimulatedCase] {
    await withTaskGroup(of: SimulatedCase?.self) { group in
      for identity in identities { group.addTask { simulate(identity, configuration, backdrops) } }
      var made: [SimulatedCase] = []
      for await scan in group { if let scan { made.append(scan) } }
      return made.sorted { $0.identity < $1.identity }
    }
  }

  /// Simulated scans that are never trained on.
  static func validationScans(_ configuration: TrainingConfiguration) -> [SimulatedScan] {
    (0..<configuration.validation.simulated).map { index in
      var generator = Generator(seed: configuration.seed, stream: Stream.validation, UInt64(index))
      return trainingScan(seed: generator.next())
    }
  }

  /// Starts making what the next epoch needs and does not have yet.
  func prepare(epoch: Int) -> Task<[SimulatedCase], Never> {
    let present = Set(simulated.map(\.identity))
    let needed = (0..<configuration.data.simulation.scans).map { identity(slot: $0, epoch: epoch) }.filter { !present.contains($0) }
    let (configuration, backdrops) = (configuration, backdrops)
    return Task.detached { await CasePool.simulate(needed, configuration, backdrops) }
  }

  /// Takes in what was made and drops what is no longer shown.
  func enter(epoch: Int, _ made: [SimulatedCase]) throws {
    let shown = Set((0..<configuration.data.simulation.scans).map { identity(slot: $0, epoch: epoch) })
    simulated = simulated.filter { shown.contains($0.identity) }
    for scan in made where shown.contains(scan.identity) {
      simulated.append((scan.identity, try TrainingCase(scan.case, exact: true, on: device)))
    }
    simulated.sort { $0.identity < $1.identity }
    if weights.isEmpty && simulated.isEmpty { throw TrainingError.noData(name: configuration.name) }
  }

  /// Chooses a case.
  ///
  /// - Parameter sample: The sample's number in the whole run, for an order in which each scan comes once.
  func draw(_ generator: inout Generator, sample: Int) -> Choice {
    let simulate = weights.isEmpty || (!simulated.isEmpty && generator.chance(configuration.data.simulatedShare))
    guard !simulate else { return .simulated(Int(generator.uniform(0, Double(simulated.count)))) }
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

  /// Starts reading a case that will be needed soon.
  func prepare(_ choice: Choice) { if case .labelled(let index) = choice { shelf.prepare(index) } }

  /// A case, read if need be.
  func take(_ choice: Choice) async throws -> TrainingCase {
    switch choice {
    case .labelled(let index): try await shelf.take(index)
    case .simulated(let index): simulated[index].case
    }
  }

  /// A sample's own generator: the run does not depend on the order in which samples are made.
  func generator(epoch: Int, index: Int) -> Generator {
    Generator(seed: configuration.seed, stream: Stream.sample, UInt64(epoch), UInt64(index))
  }
}
