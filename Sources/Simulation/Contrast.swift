import Foundation
import Volumes

/// A kind of acquisition. Raw values are the names of files in the Spine Generic database.
public enum Contrast: String, CaseIterable, Sendable, Codable {
  case t1w = "T1w"
  case t2w = "T2w"
  case t2star = "T2star"
  case mtOn = "flip-1_mt-on_MTS"
  case mtOff = "flip-2_mt-off_MTS"
  case dwi = "rec-average_dwi"
  /// No real sequence: every tissue has a signal of its own drawing, so that a network cannot rely on any.
  case random

  /// The six real ones.
  public static let named: [Contrast] = allCases.filter { $0 != .random }
}

/// Mean signal of every tissue in one acquisition, in units of the cord's white matter.
struct Signals: Sendable {
  /// By `Tissue.rawValue`: signal, relative SD of the fine texture, and how much brighter some patches of the tissue are.
  var mean, texture, patches: [Float]
  /// Size of the texture's grains and of the patches, mm.
  var grain: SIMD3<Float> = [3, 3, 3]
  var patch: Float = 10
  /// Signal of a line between cord and CSF, relative to the cord's.
  var rim: Float = 0

  init(mean: [Float], texture: [Float], patches: [Float]) {
    (self.mean, self.texture, self.patches) = (mean, texture, patches)
  }

  subscript(_ tissue: Tissue) -> Float { mean[tissue.rawValue] }

  /// Signals of one person and one protocol.
  ///
  /// - Parameter variation: SD of the person's tissue values and of the protocol's times, relative to normal (0: none).
  init(_ contrast: Contrast, variation: Double, generator g: inout Generator) {
    if contrast == .random {
      self = .random(generator: &g)
      return
    }
    mean = []
    texture = Tissue.allCases.map { $0.properties.texture * Float(exp(g.normal(0, 0.3 * variation))) }
    patches = Tissue.allCases.map { _ in 0 }
    let protocolFactor = exp(g.normal(0, 0.06 * variation))
    // Fresh, unsaturated CSF flows into the slab and shortens its effective T1.
    let inflow = g.uniform(0.5 - 0.35 * min(variation, 1.3), 0.5 + 0.35 * min(variation, 1.3))
    let fatSuppression = contrast == .dwi ? 0.08 : 1.0
    for tissue in Tissue.allCases {
      var p = tissue.properties
      let jitter = { (g: inout Generator) in exp(g.normal(0, 0.06 * variation)) }
      p.t1 *= jitter(&g)
      p.t2 *= jitter(&g)
      p.t2star *= jitter(&g)
      p.density *= jitter(&g)
      let other = exp(g.normal(0, 0.12 * variation))
      var signal = contrast.signal(p, tissue: tissue, protocolFactor: protocolFactor, inflow: inflow)
      switch tissue {
      case .whiteMatter, .grayMatter, .csf: break
      case .fat, .epidural, .marrow, .fascia: signal *= other * fatSuppression
      default: signal *= other
      }
      mean.append(Float(signal))
    }
    self = normalized
  }

  /// The same signals with the cord's white matter at 1.
  var normalized: Signals {
    var result = self
    let unit = max(mean[Tissue.whiteMatter.rawValue], 1e-6)
    result.mean = mean.map { $0 / unit }
    return result
  }
}

extension Contrast {
  /// The signal equation of the sequence.
  ///
  /// - Parameters:
  ///   - protocolFactor: Scales the times of the protocol, 1 as published.
  ///   - inflow: How much moving fluid escapes saturation, 0...1.
  func signal(_ p: Tissue.Properties, tissue: Tissue, protocolFactor: Double, inflow: Double) -> Double {
    let blood = tissue == .artery || tissue == .vein
    switch self {
    case .t1w:
      // MPRAGE: inversion, then a low-angle readout.
      let t1 = tissue == .csf ? 2400 - 900 * inflow : blood ? 800 : p.t1
      let (ti, tr) = (1000 * protocolFactor, 2000.0)
      return p.density * abs(1 - 2 * exp(-ti / t1) / (1 + exp(-tr / t1))) * exp(-3 / p.t2star)
    case .t2w:
      // Turbo spin echo; flowing blood leaves no echo.
      let (tr, te) = (2900 + 700 * inflow, 132 * protocolFactor)
      return p.density * (1 - exp(-tr / p.t1)) * exp(-te / p.t2) * (tissue == .artery ? 0.1 : 1)
    case .t2star:
      let t1 = tissue == .csf ? 4200 - 3000 * inflow : blood ? 500 : p.t1
      return p.density * Self.spoiled(t1: t1, tr: 600, angle: 30) * exp(-14 * protocolFactor / p.t2star)
    case .mtOn:
      let t1 = tissue == .csf ? 4200 - 1300 * inflow : blood ? 400 : p.t1
      return p.density * Self.spoiled(t1: t1, tr: 35, angle: 9 * protocolFactor) * exp(-3.5 / p.t2star) * p.transfer
    case .mtOff:
      let t1 = tissue == .csf ? 4200 - 1300 * inflow : blood ? 350 : p.t1
      return p.density * Self.spoiled(t1: t1, tr: 15, angle: 15 * protocolFactor) * exp(-3.5 / p.t2star)
    case .dwi:
      // Spin-echo EPI, b = 800 s/mm²; pulsation dephases what the diffusion of CSF leaves.
      let pulsation = tissue == .csf ? 0.5 : 1
      return p.density * exp(-75 * protocolFactor / p.t2) * exp(-0.8 * p.diffusion) * pulsation
    case .random:
      preconditionFailure("random signals follow no equation")
    }
  }

  /// Steady state of a spoiled gradient echo; the angle in degrees.
  private static func spoiled(t1: Double, tr: Double, angle: Double) -> Double {
    let (decay, flip) = (exp(-tr / t1), angle * .pi / 180)
    return sin(flip) * (1 - decay) / (1 - cos(flip) * decay)
  }
}
