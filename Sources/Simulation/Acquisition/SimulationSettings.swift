import Foundation
import Numerics

/// MR properties of a tissue at 3 T.
public struct TissueValues: Sendable, Hashable, Codable {
  /// Relaxation times, ms.
  public var t1, t2, t2star: Double
  /// Proton density, 0...1.
  public var density: Double
  /// Fraction of the signal left after a magnetization-transfer pulse.
  public var transfer: Double
  /// Apparent diffusion coefficient, 10⁻³ mm²/s.
  public var diffusion: Double
  /// Relative SD of the texture.
  public var texture: Double
}

/// Everything of a simulation that a user may change.
public struct SimulationSettings: Sendable, Hashable, Codable {
  /// By name of the contrast.
  public var protocols: [String: ScanProtocol]
  /// By name of the tissue.
  public var tissues: [String: TissueValues]
  /// Field strengths of the scanners, T; each as likely.
  public var fieldStrengths: [Double]
  /// How often people have a finding, by its name; what is left to 1 is healthy.
  public var pathologies: [String: Double]

  /// The Spine Generic protocol at 3 T, healthy people.
  public static let standard = SimulationSettings(
    protocols: Dictionary(uniqueKeysWithValues: Contrast.named.map { ($0.rawValue, ScanProtocol.standard($0)) }),
    tissues: Dictionary(uniqueKeysWithValues: Tissue.allCases.map { ($0.name, $0.values) }), fieldStrengths: [3],
    pathologies: Dictionary(uniqueKeysWithValues: Pathology.allCases.filter { $0 != .none && $0 != .mixed }.map { ($0.rawValue, 0) }))

  /// The finding of one person.
  public func drawnPathology(_ g: inout Generator) -> Pathology {
    var place = g.uniform(0, 1)
    for (name, share) in pathologies.sorted(by: { $0.key < $1.key }) {
      place -= share
      if place < 0 { return Pathology(rawValue: name)! }
    }
    return .none
  }

  /// Tissues whose values differ from the program's own.
  var properties: [Tissue: Tissue.Properties] {
    var result: [Tissue: Tissue.Properties] = [:]
    for tissue in Tissue.allCases {
      guard let v = tissues[tissue.name], v != tissue.values else { continue }
      result[tissue] = Tissue.Properties(
        t1: v.t1, t2: v.t2, t2star: v.t2star, density: v.density, transfer: v.transfer, diffusion: v.diffusion,
        texture: Float(v.texture))
    }
    return result
  }
}

extension Tissue {
  /// The name in settings.
  var name: String { String(describing: self) }

  var values: TissueValues {
    let p = properties
    return TissueValues(
      t1: p.t1, t2: p.t2, t2star: p.t2star, density: p.density, transfer: p.transfer, diffusion: p.diffusion,
      texture: (Double(p.texture) * 1000).rounded() / 1000)
  }
}
