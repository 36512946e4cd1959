import Augmentation
import Models
import Networks
import Volumes

/// All that decides a training run; the same configuration and data give the same weights on the same device.
public struct TrainingConfiguration: Sendable, Hashable, Codable {
  /// Name that the model carries.
  public var name: String
  public var seed: UInt64
  public var stage: StageDescription
  public var data: DataSettings
  public var augmentation: AugmentationSettings
  public var loss: [LossTerm]
  public var optimizer: OptimizerSettings
  public var schedule: ScheduleSettings
  public var validation: ValidationSettings
}

/// Where samples come from.
public struct DataSettings: Sendable, Hashable, Codable {
  /// Folder that scans are named from; relative to the configuration file.
  public var root: String
  /// Scans with masks.
  public var scans: [LabelledScan]
  public var simulation: SimulationSettings
  /// Share of samples that are simulated; the rest are real, where there are any.
  public var simulatedShare: Double
  /// Share of samples that are centered near the cord; the rest lie anywhere.
  public var nearCord: Double
  /// How near: standard deviation of a sample's center from the cord, mm.
  public var spread: Double
  /// Where drawn masks end is a rater's habit and differs between contrasts: so near to their edge, mm, they are not learned from,
  /// and the edge is learned from simulated scans alone. Masks are trusted everywhere when absent.
  public var edgeTolerance: Double?
}

/// A scan with its mask.
public struct LabelledScan: Sendable, Hashable, Codable {
  public var image: String
  public var mask: String
  /// Name in logs; the image's path when absent.
  public var name: String?
  /// Who was scanned: nobody may be in training and in validation.
  public var person: String
  /// How often this scan is drawn, relative to others.
  public var weight: Double?
  /// Slices without any mask voxel are unknown, not empty: they are left out.
  public var partial: Bool?

  public var label: String { name ?? image }
}

/// Simulated scans in the pool.
public struct SimulationSettings: Sendable, Hashable, Codable {
  /// Scans in the pool at any time.
  public var scans: Int
  /// Epochs after which a scan is replaced by a new one.
  public var lifetime: Int
}

/// One part of the loss.
public struct LossTerm: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable { case adaptiveWing, crossEntropy, dice, squaredDice, meanSquaredError }
  public var kind: Kind
  public var weight: Double
}

public struct OptimizerSettings: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable { case adam, adamW, sgd }
  /// AdamW when absent; SGD has a Nesterov momentum of 0.99, as in nnU-Net.
  public var kind: Kind?
  /// At its peak.
  public var learningRate: Double
  public var weightDecay: Double
  /// Largest norm of the gradient.
  public var clip: Double
  /// Share of the old average kept at each step by the averaged weights, which are what is saved and validated.
  public var average: Double
}

public struct ScheduleSettings: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable { case cosine, polynomial }
  /// How the learning rate falls to zero; cosine when absent.
  public var kind: Kind?
  public var epochs: Int
  public var stepsPerEpoch: Int
  public var warmUpSteps: Int
  public var batch: Int
  /// What convolutions compute in: float32 or bfloat16.
  public var precision: Precision

  public enum Precision: String, Sendable, Codable { case float32, bfloat16 }
  public var steps: Int { epochs * stepsPerEpoch }
}

public struct ValidationSettings: Sendable, Hashable, Codable {
  /// Epochs between validations; the last epoch is always validated.
  public var every: Int
  public var scans: [LabelledScan]
  /// Simulated scans, of people that training never draws.
  public var simulated: Int
}
