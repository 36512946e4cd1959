import Foundation
import Numerics
import Volumes

extension Signals {
  /// Signals of a sequence that does not exist: any tissue may have any brightness, so that a network cannot rely on any.
  ///
  /// Cord and CSF may be nearly alike; then a faint line may part them, as the pia does.
  static func random(generator g: inout Generator) -> Signals {
    var signals = Signals(mean: brightness(&g), texture: [], patches: [])
    let (white, gray, csf) = (Tissue.whiteMatter.rawValue, Tissue.grayMatter.rawValue, Tissue.csf.rawValue)
    let count = Tissue.allCases.count
    signals.mean[Tissue.air.rawValue] = g.chance(0.9) ? 0 : Float(g.uniform(0, 0.3))
    // A cord without signal would be air.
    signals.mean[white] = max(signals.mean[white], 0.08)
    let cord = signals.mean[white]
    signals.mean[gray] = cord * Float(exp(g.normal(0, g.chance(0.3) ? 0.3 : 0.1)))
    if g.chance(0.7) { signals.mean[Tissue.fascia.rawValue] = signals.mean[Tissue.fat.rawValue] }
    if g.chance(0.7) { signals.mean[Tissue.brain.rawValue] = cord * Float(exp(g.normal(0, 0.1))) }
    if g.chance(0.15) {
      // Hardly any contrast at the cord's border.
      signals.mean[csf] = cord * Float(1 + (g.chance(0.5) ? 1 : -1) * g.uniform(0.04, 0.15))
      signals.rim = g.chance(0.5) ? Float(g.uniform(-0.25, 0.25)) : 0
    } else if abs(signals.mean[csf] - cord) < 0.15 * max(cord, 0.3) {
      signals.mean[csf] = g.chance(0.5) ? cord * Float(g.uniform(1.2, 4)) : cord * Float(g.uniform(0, 0.8))
    }
    // The ring around the canal decides where the CSF ends; it may look like the CSF.
    if g.chance(0.1) { signals.mean[Tissue.epidural.rawValue] = signals.mean[csf] }
    let rough = exp(g.normal(0, 0.6))
    signals.texture = Tissue.allCases.map { Float(min(0.5, Double($0.properties.texture) * rough * exp(g.normal(0, 0.5)))) }
    signals.grain = SIMD3(repeating: Float(exp(g.uniform(log(1.2), log(9)))))
    let patchy = g.chance(0.5) ? g.uniform(0, 0.5) : 0
    signals.patches = (0..<count).map { _ in Float(g.uniform(-patchy, patchy)) }
    // The cord stays one body.
    signals.patches[white] *= 0.15
    signals.patches[csf] *= 0.5
    signals.patch = Float(exp(g.uniform(log(3), log(25))))
    return signals.normalized
  }

  /// A brightness for every tissue, 0.02...1.
  private static func brightness(_ g: inout Generator) -> [Float] {
    let tissues = Tissue.allCases
    switch g.uniform(0, 1) {
    case ..<0.45: return tissues.map { _ in Float(g.uniform(0.02, 1)) }
    case ..<0.7:
      // Few classes, as if most tissues looked alike.
      let classes = (0..<Int(g.uniform(2, 8))).map { _ in Float(g.uniform(0.02, 1)) }
      return tissues.map { _ in
        let shade = classes[Int(g.uniform(0, Double(classes.count)))] * Float(exp(g.normal(0, 0.05)))
        return min(1, shade)
      }
    case ..<0.8:
      // The cord alone, brighter or darker than everything.
      let bright = g.chance(0.6)
      let others = bright ? 0.02...g.uniform(0.1, 0.6) : g.uniform(0.5, 0.8)...1
      var shades = tissues.map { _ in Float(g.uniform(others.lowerBound, others.upperBound)) }
      shades[Tissue.whiteMatter.rawValue] = Float(bright ? g.uniform(0.7, 1) : g.uniform(0.08, 0.4))
      return shades
    case ..<0.86:
      // A map of one property, its grays bent.
      let property = [\Tissue.Properties.t1, \.t2, \.t2star, \.density, \.transfer, \.diffusion][Int(g.uniform(0, 6))]
      let values = tissues.map { $0.properties[keyPath: property] }
      let (most, power) = (values.max()!, g.uniform(0.3, 1))
      return values.map { Float(pow($0 / most, power)) }
    default:
      // A real sequence, upside down or with its grays bent.
      let real = Signals(Contrast.named[Int(g.uniform(0, 6))], variation: 2, generator: &g).mean
      let most = real.max()!
      let (inverted, power) = (g.chance(0.5), Float(exp(g.normal(0, 0.5))))
      return real.map { powf(inverted ? 1 - $0 / most : $0 / most, power) }
    }
  }
}
