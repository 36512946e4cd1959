import Augmentation
import Models
import Networks
import Simulation
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
  /// How the losses of the heads become one; each weighs half of the finer one when absent.
  public var heads: DeepSupervision?
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
  /// Share of these that are centered near the upper end of the cord, where only the place tells it from the medulla; none in particular
  /// when absent.
  public var nearTop: Double?
  /// Of the others near the cord, share that are centered near its lower end, where the roots go on without it; none in particular when
  /// absent.
  public var nearTip: Double?
  /// Where drawn masks end is a rater's habit and differs between contrasts: so near to their edge, mm, they are not learned from,
  /// and the edge is learned from simulated scans alone. Masks are trusted everywhere when absent.
  public var edgeTolerance: Double?
  /// More scans, in the layouts of the field.
  public var sources: [DataSource]?
  /// How the people of ``sources`` are split; all are trained on when absent.
  public var split: Split?
  /// What is taken for true; ``LabelKind/exact`` when absent.
  public var label: LabelKind?
  /// Contrasts to train on, real ones and simulated ones; all when absent.
  public var contrasts: [String]?
  public var placement: Placement?
  public var order: Order?
  /// GB that labelled scans may take in memory; 8 when absent. Scans beyond it are read again when they are drawn.
  public var memory: Double?

  /// Where patches lie.
  public enum Placement: String, Sendable, Codable {
    /// At random, near the cord; what an absent key means.
    case near
    /// In the middle of the scan. As in the paper, batches in which a label is empty are left out.
    case centered
  }

  /// In what order labelled scans are drawn.
  public enum Order: String, Sendable, Codable {
    /// At random by weight; what an absent key means.
    case weighted
    /// Each once, then each once again in another order.
    case shuffled
  }
}

/// Simulated scans in the pool.
public struct SimulationSettings: Sendable, Hashable, Codable {
  /// Scans in the pool at any time.
  public var scans: Int
  /// Epochs after which a scan is replaced by a new one.
  public var lifetime: Int
  /// What real scans show around the cord, painted around some of the simulated ones; all have simulated bodies when absent.
  public var backdrops: Backdrops?

  /// Share of the simulated scans that show no cord, but limbs, test objects, disorder or noise; none when absent.
  public var cordless: Double?

  /// Share of the others that show the whole field of view in voxels of 2.5 to 4 mm, for what finds the cord; none when absent.
  public var whole: Double?

  /// Share of the samples of simulated scans that stay as they were simulated, but moved, mirrored and sometimes a negative; none when
  /// absent. Others pass through the augmentation, which makes most of them less sharp than scans are.
  public var unchanged: Double?

  /// Standard deviation of the logarithm of how much larger than they are the simulated people and their scans' voxels are said to be;
  /// nobody is when absent.
  public var sizes: Double?

  /// Who is scanned how; as for the shipped model when absent.
  public var mixture: ScanMixture?

  public struct Backdrops: Sendable, Hashable, Codable {
    /// Folder of scans or label maps with masks of the cord, as `softcord simulate --anatomy` reads it.
    public var folder: String
    /// Share of the simulated scans that get one.
    public var share: Double
  }
}

public struct OptimizerSettings: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable { case adam, adamW, sgd }
  /// AdamW when absent; SGD has a Nesterov momentum of 0.99, as in nnU-Net.
  public var kind: Kind?
  /// At its peak.
  public var learningRate: Double
  public var weightDecay: Double
  /// Largest norm of the gradient; none when absent.
  public var clip: Double?
  /// Share of the old average kept at each step by the averaged weights, which are what is saved and validated.
  public var average: Double
}

public struct ScheduleSettings: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable { case cosine, polynomial }
  /// How the learning rate falls to zero; cosine when absent.
  public var kind: Kind?
  public var epochs: Int
  /// 0 takes as many as it takes to see as many samples as there are labelled scans.
  public var stepsPerEpoch: Int
  public var warmUpSteps: Int
  public var batch: Int
  /// What convolutions compute in: float32, or bfloat16 where the device is faster at it.
  public var precision: Precision
  /// When the learning rate changes; at every step when absent.
  public var changes: Change?
  /// Batches whose gradients are added up for one step; 1 when absent.
  public var accumulation: Int?
  /// Validations without a better one after which the run stops; never when absent.
  public var patience: Int?

  public enum Precision: String, Sendable, Codable { case float32, bfloat16 }
  public enum Change: String, Sendable, Codable { case step, epoch }

  /// Samples that one process looks at for one step.
  var samplesPerStep: Int { batch * (accumulation ?? 1) }
}

public struct ValidationSettings: Sendable, Hashable, Codable {
  /// Epochs between validations; the last epoch is always validated.
  public var every: Int
  public var scans: [LabelledScan]
  /// Simulated scans, of people that training never draws.
  public var simulated: Int
  /// Which weights become the model; those of the last epoch when absent.
  public var keep: Keep?

  public enum Keep: String, Sendable, Codable { case last, best }
}
