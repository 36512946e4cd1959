import Volumes

/// Whether soft values are the shares of cord that they claim to be.
///
/// Looked at are voxels where either mask is above ``faint``: without the empty rest, whose number depends on the field of view alone. Several
/// scans are put together by adding their sums (``merge(_:)``).
public struct Calibration: Sendable, Hashable, Codable {
  /// Values up to this are background.
  public static let faint: Float = 0.01
  /// Ranges of predicted values.
  public static let binCount = 10

  /// Voxels whose predicted value lies in one range.
  public struct Bin: Sendable, Hashable, Codable {
    /// Number of voxels.
    public fileprivate(set) var count = 0
    fileprivate var (predicted, known) = (0.0, 0.0)
    /// Mean predicted value; `nil` without voxels.
    public var meanPrediction: Double? { count > 0 ? predicted / Double(count) : nil }
    /// Mean share of cord in the reference: equal to the prediction where it is calibrated.
    public var meanReference: Double? { count > 0 ? known / Double(count) : nil }
  }

  /// The reliability curve: bin i holds predictions from i / 10 to (i + 1) / 10.
  public private(set) var bins = [Bin](repeating: Bin(), count: binCount)
  /// Voxels at the reference's edge: with a value between ``faint`` and 1 − ``faint``, or sharing a face with one on the other side of 0.5.
  public private(set) var edgeVoxels = 0
  private var edgeSum = 0.0

  /// Voxels looked at.
  public var voxels: Int { bins.reduce(0) { $0 + $1.count } }
  /// Σ over bins of |mean prediction − mean reference|, each by its share of voxels: 0 is calibrated.
  public var expectedError: Double {
    bins.reduce(0) { $0 + abs($1.predicted - $1.known) } / Double(voxels)
  }
  /// Mean of prediction − reference over all voxels looked at.
  public var bias: Double { bins.reduce(0) { $0 + $1.predicted - $1.known } / Double(voxels) }
  /// Mean of prediction − reference at the edge; positive where the mask is too generous. `nil` without an edge.
  public var edgeBias: Double? { edgeVoxels > 0 ? edgeSum / Double(edgeVoxels) : nil }

  /// - Throws: ``NotComputable`` where both masks are empty.
  public init(of prediction: Volume, with reference: Volume) throws(NotComputable) {
    precondition(prediction.grid.shape == reference.grid.shape, "masks are compared voxel by voxel")
    let shape = reference.grid.shape
    let steps = [(1, shape.x), (shape.x, shape.y), (shape.x * shape.y, shape.z)]
    prediction.voxels.withUnsafeBufferPointer { p in
      reference.voxels.withUnsafeBufferPointer { g in
        for offset in g.indices {
          let (mine, known) = (p[offset], g[offset])
          let isInside = known > 0.5
          let isEdge =
            (known > Self.faint && known < 1 - Self.faint)
            || steps.contains { stride, count in
              let index = offset / stride % count
              return index > 0 && (g[offset - stride] > 0.5) != isInside || index + 1 < count && (g[offset + stride] > 0.5) != isInside
            }
          if isEdge {
            edgeVoxels += 1
            edgeSum += Double(mine - known)
          }
          guard mine > Self.faint || known > Self.faint else { continue }
          let bin = min(max(Int(mine * Float(Self.binCount)), 0), Self.binCount - 1)
          bins[bin].count += 1
          bins[bin].predicted += Double(mine)
          bins[bin].known += Double(known)
        }
      }
    }
    guard voxels > 0 else { throw NotComputable("both masks are empty") }
  }

  /// Adds the voxels of another scan.
  public mutating func merge(_ other: Calibration) {
    for i in bins.indices {
      bins[i].count += other.bins[i].count
      bins[i].predicted += other.bins[i].predicted
      bins[i].known += other.bins[i].known
    }
    edgeVoxels += other.edgeVoxels
    edgeSum += other.edgeSum
  }
}
