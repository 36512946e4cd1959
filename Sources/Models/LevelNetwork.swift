import Foundation
import Levels
import Morphometry
import Networks
import Tensors
import Volumes

/// A small network that looks at a strip along the cord and says for each row what lies there.
public struct LevelNetwork {
  public let network: UNet
  /// How much of what it says counts.
  public let trust: LevelTrust

  public init(_ network: UNet, trust: LevelTrust = LevelTrust()) { (self.network, self.trust) = (network, trust) }

  /// Discs and junction beside the cord of a scan.
  ///
  /// The network looks at the strip several times, with other contrasts and a little to either side. Numbers that are right stay; on scans
  /// unlike those of training, where it may be sure of a wrong answer, they change from one look to the next.
  ///
  /// - Parameters:
  ///   - scan: On any grid, of any contrast.
  ///   - axis: Of the cord in it.
  ///   - known: Places along the axis between which marks lie for certain, by number (0: the junction), mm.
  public func levels(in scan: Volume, along axis: CordAxis, known: [Int: ClosedRange<Double>] = [:]) throws -> CordLevels {
    let strip = SpineStrip(scan, along: axis)
    let beside = [-Self.aside, Self.aside].map { SpineStrip(scan, along: axis, aside: $0) }.filter { $0.rows == strip.rows }
    let looks = try ([strip] + strip.otherContrasts + beside).map { try evidence(of: $0) }
    return CordLevels(looks, of: strip, along: axis, trust: trust, known: known)
  }

  /// How far beside the cord a strip may as well lie, mm.
  private static let aside = 2.0

  /// The network's input for strips of at most as many rows.
  ///
  /// - Returns: [N, sheets and field of view, 1, rows, cells].
  public static func input(_ strips: [SpineStrip], rows: Int) throws -> Tensor {
    let channels = SpineStrip.sheets + 1
    var values = [Float](repeating: 0, count: strips.count * channels * rows * SpineStrip.cells)
    for (index, strip) in strips.enumerated() {
      let own = strip.standardized
      for channel in 0..<channels {
        let (from, to) = (channel * strip.rows * SpineStrip.cells, (index * channels + channel) * rows * SpineStrip.cells)
        values.replaceSubrange(to..<to + strip.rows * SpineStrip.cells, with: own[from..<from + strip.rows * SpineStrip.cells])
      }
    }
    return try Tensor(values, shape: [strips.count, channels, 1, rows, SpineStrip.cells])
  }

  /// Logits of rows, and of cells for the edge.
  ///
  /// - Parameter input: As ``input(_:rows:)`` makes it.
  /// - Returns: [N, ``LevelEvidence/outputs``, rows] and [N, rows, cells].
  public func outputs(_ input: Tensor) throws -> (rows: Tensor, edges: Tensor) {
    let output = try network(input)[0]
    let (count, rows) = (output.shape[0], output.shape[3])
    let logits = try output.narrowed(dim: 1, start: 0, length: LevelEvidence.outputs).mean(dims: [4])
    let edges = try output.narrowed(dim: 1, start: LevelEvidence.outputs, length: 1)
    return (
      try logits.reshaped([count, LevelEvidence.outputs, rows]), try edges.reshaped([count, rows, SpineStrip.cells])
    )
  }

  /// What the network says of a strip.
  public func evidence(of strip: SpineStrip) throws -> LevelEvidence {
    try withoutGradients {
      let rows = (strip.rows + Self.rowStep - 1) / Self.rowStep * Self.rowStep
      let (logits, edges) = try outputs(Self.input([strip], rows: rows))
      let (values, cells) = (try logits.floats(), try edges.softmax(dim: 2).floats())
      let byRow = (0..<strip.rows).map { row in (0..<LevelEvidence.outputs).map { values[$0 * rows + row] } }
      let edge = (0..<strip.rows).map { Self.edge(cells[$0 * SpineStrip.cells..<($0 + 1) * SpineStrip.cells]) }
      return LevelEvidence(outputs: byRow, edge: edge)
    }
  }

  /// Distance in front of the cord's middle, mm: the mean near the likeliest cell, for faint shares far away would pull.
  private static func edge(_ shares: ArraySlice<Float>) -> Double {
    let peak = shares.indices.max { shares[$0] < shares[$1] }!
    let near = max(shares.startIndex, peak - 3)...min(shares.endIndex - 1, peak + 3)
    let (sum, weighted) = near.reduce((0.0, 0.0)) {
      ($0.0 + Double(shares[$1]), $0.1 + Double(shares[$1]) * Double($1 - shares.startIndex))
    }
    return SpineStrip.back + 0.5 + weighted / max(sum, 1e-9)
  }
}
