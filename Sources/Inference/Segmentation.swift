import Volumes

/// What a segmenter says of one scan.
public struct Segmentation: Sendable {
  /// Fraction of each voxel that is cord, 0…1, on exactly the scan's grid.
  public let mask: Volume
  /// Where the model does not know: the standard deviation of occupancy over several ways to look at the scan, 0…0.5, on its grid;
  /// `nil` where it was not asked for.
  public internal(set) var uncertainty: Uncertainty?
  /// Fraction of each voxel that lies inside the dura, 0…1, on the scan's grid, near the cord; `nil` where it was not asked for.
  public internal(set) var canal: Volume?
  /// The sides of the field of view through which the cord leaves it.
  public let sidesCutByFieldOfView: [Side]
  /// What a user should know of this mask, one line each: pieces that were left out, axes that seem to be misnamed.
  public internal(set) var notes: [String] = []
  /// The fraction of what lies inside the cord of which the model is sure, 0…1, in the median slice; 1 where no localizer was asked.
  public internal(set) var confidence: Float = 1
  /// How many windows the network looked at, each once.
  public let windows: Int
  /// Where the time went.
  public internal(set) var timings: Timings

  /// How far several ways to look at a scan are apart.
  public struct Uncertainty: Sendable {
    /// Standard deviation of each voxel's occupancy, 0…0.5.
    public let map: Volume
    /// Standard deviation of the cord's volume as a share of it.
    public let volumeSpread: Double
  }

  /// Seconds of each part of the work.
  public struct Timings: Sendable {
    /// Finding the cord at low resolution, its network included.
    public internal(set) var localizing = 0.0
    /// The segmenter's network.
    public internal(set) var network = 0.0
    /// Bringing the scan onto the working grid, and blending windows.
    public internal(set) var preparing = 0.0
    /// Bringing occupancy back onto the scan's grid.
    public internal(set) var resampling = 0.0
    /// Looking in other ways, where uncertainty was asked for.
    public internal(set) var uncertainty = 0.0
  }
}
