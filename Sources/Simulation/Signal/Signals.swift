import Foundation
import Numerics
import Volumes

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

  /// Signals of one person in one sequence.
  ///
  /// - Parameters:
  ///   - variation: SD of the person's tissue values and of the protocol's times, relative to normal (0: none).
  ///   - tissues: Values that replace those of `Tissue.properties`.
  init(
    _ contrast: Contrast, sequence: SequenceParameters? = nil, variation: Double, tissues: [Tissue: Tissue.Properties] = [:],
    generator g: inout Generator
  ) {
    if contrast == .random {
      self = .random(generator: &g)
      return
    }
    let sequence = sequence ?? .published(contrast)
    self.init(
      mean: [], texture: Tissue.allCases.map { $0.properties.texture * Float(exp(g.normal(0, 0.3 * variation))) },
      patches: Tissue.allCases.map { _ in 0 })
    let factor = exp(g.normal(0, 0.03 * variation))
    // Fresh, unsaturated CSF flows into the slab and shortens its effective T1.
    let spread = 0.35 * min(variation, 1.3)
    let inflow = g.uniform(0.5 - spread, 0.5 + spread)
    for tissue in Tissue.allCases {
      var p = (tissues[tissue] ?? tissue.properties).at(fieldStrength: sequence.fieldStrength, isFluid: tissue == .csf)
      // People's cords differ by a few percent; other tissues differ more, and fat most.
      let spread = (tissue == .whiteMatter || tissue == .grayMatter || tissue == .csf ? 0.03 : 0.06) * variation
      p.t1 *= exp(g.normal(0, spread))
      p.t2 *= exp(g.normal(0, spread))
      p.t2star *= exp(g.normal(0, spread))
      p.density *= exp(g.normal(0, 0.5 * spread))
      let other = exp(g.normal(0, 0.12 * variation))
      var signal = contrast.signal(p, tissue: tissue, sequence: sequence, factor: factor, inflow: inflow)
      switch tissue {
      case .whiteMatter, .grayMatter, .csf: break
      case .fat, .epidural, .marrow, .fascia: signal *= other * (contrast == .dwi ? 0.08 : 1)
      default: signal *= other
      }
      mean.append(Float(signal))
    }
    self = normalized
  }

  init(_ acquisition: Acquisition, tissues: [Tissue: Tissue.Properties] = [:], generator g: inout Generator) {
    self.init(
      acquisition.contrast, sequence: acquisition.sequence, variation: acquisition.variation, tissues: tissues, generator: &g)
  }

  /// The same signals with the cord's white matter at 1.
  var normalized: Signals {
    var result = self
    let unit = max(mean[Tissue.whiteMatter.rawValue], 1e-6)
    result.mean = mean.map { $0 / unit }
    return result
  }
}
