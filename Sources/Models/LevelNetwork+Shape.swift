import Levels
import Networks

extension LevelNetwork {
  /// Channels: those of ``LevelEvidence/outputs``, whose mean over a row's cells counts; the last one tells the discs' edges by cell.
  public static let channels = LevelEvidence.outputs + 1
  /// The network's shape: rows and cells are its second and third axis.
  public static let configuration = UNetConfiguration(
    inputChannels: SpineStrip.sheets + 1, outputChannels: channels, features: [10, 20, 32, 48, 64, 80],
    strides: [[1, 1, 1], [1, 2, 2], [1, 2, 2], [1, 2, 2], [1, 2, 2], [1, 2, 2]], kernels: Array(repeating: [1, 3, 3], count: 6),
    deepSupervision: false)
  /// Rows are a multiple of this.
  public static let rowStep = 32
}
