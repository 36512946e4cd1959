import Networks
import PyTorchFiles

/// What the readers of model files need of the files that are not here, for those need LibTorch.
public enum SegmentationModel {
  public static let metadataKey = "softcord"
}

/// The weights of one network: what the readers of nnU-Net's files ask of them.
struct ImportedWeights {
  let path: String
  let checkpoint: Checkpoint
  let network: UNetConfiguration
}

/// Its shape is in a file of its own.
public enum LevelNetwork {}
