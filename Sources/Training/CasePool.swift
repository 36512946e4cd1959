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

/// The cases that samples are drawn from: real ones for good, simulated ones that are replaced as training goes on.
///
/// What the pool holds in an epoch depends on the seed and the epoch alone, so a resumed run sees what it would have seen.
final class CasePool {
  private let configuration: TrainingConfiguration
  private let device: Device
  private let real: [(weight: Double, case: TrainingCase)]
  private var simulated: [(identity: UInt64, case: TrainingCase)] = []

  /// Streams of the run's seed.
  private enum Stream { static let simulation: UInt64 = 1, sample: UInt64 = 2, validation: UInt64 = 3 }

  init(_ configuration: TrainingConfiguration, root: String, on device: Device) throws {
    (self.configuration, self.device) = (configuration, device)
    real = try configuration.data.scans.map {
      ($0.weight ?? 1, try TrainingCase(PreparedCase($0, root: root, configuration.stage.preprocessing), exact: false, on: device))
    }
  }

  /// Which scan a slot of the pool shows in an epoch: slots take turns, so that a few are replaced each epoch.
  private func identity(slot: Int, epoch: Int) -> UInt64 {
    let settings = configuration.data.simulation
    let generation = (epoch + slot * settings.lifetime / max(1, settings.scans)) / max(1, settings.lifetime)
    return UInt64(generation) << 32 | UInt64(slot)
  }

  /// A simulated scan; `nil` when it shows nothing (all its voxels alike), which is no sample.
  private static func simulate(_ identity: UInt64, _ configuration: TrainingConfiguration) -> SimulatedCase? {
    var generator = Generator(seed: configuration.seed, stream: Stream.simulation, identity)
    let (neck, acquisition) = trainingAcquisition(seed: generator.next())
    let image = acquire(neck, acquisition).image
    let prepared = try? PreparedCase(image: image, configuration.stage.preprocessing) { neck.cordOccupancy(on: $0) }
    guard let prepared else { return nil }
    return SimulatedCase(identity: identity, case: prepared)
  }

  /// Simulated scans for the given identities, made on all cores.
  private static func simulate(_ identities: [UInt64], _ configuration: TrainingConfiguration) async -> [SimulatedCase] {
    await withTaskGroup(of: SimulatedCase?.self) { group in
      for identity in identities { group.addTask { simulate(identity, configuration) } }
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
    let configuration = configuration
    return Task.detached { await CasePool.simulate(needed, configuration) }
  }

  /// Takes in what was made and drops what is no longer shown.
  func enter(epoch: Int, _ made: [SimulatedCase]) throws {
    let shown = Set((0..<configuration.data.simulation.scans).map { identity(slot: $0, epoch: epoch) })
    simulated = simulated.filter { shown.contains($0.identity) }
    for scan in made where shown.contains(scan.identity) {
      simulated.append((scan.identity, try TrainingCase(scan.case, exact: true, on: device)))
    }
    simulated.sort { $0.identity < $1.identity }
    if real.isEmpty && simulated.isEmpty { throw TrainingError.noData(name: configuration.name) }
  }

  /// A case, drawn by weight.
  func draw(_ generator: inout Generator) -> TrainingCase {
    let simulate = real.isEmpty || (!simulated.isEmpty && generator.chance(configuration.data.simulatedShare))
    guard !simulate else { return simulated[Int(generator.uniform(0, Double(simulated.count)))].case }
    var place = generator.uniform(0, real.reduce(0) { $0 + $1.weight })
    for (weight, scan) in real {
      place -= weight
      if place < 0 { return scan }
    }
    return real.last!.case
  }

  /// A sample's own generator: the run does not depend on the order in which samples are made.
  func generator(epoch: Int, index: Int) -> Generator {
    Generator(seed: configuration.seed, stream: Stream.sample, UInt64(epoch), UInt64(index))
  }
}
