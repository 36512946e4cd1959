import Foundation

extension Contrast {
  /// The signal equation of the sequence.
  ///
  /// - Parameters:
  ///   - p: The tissue in the scanner's field.
  ///   - sequence: Times and angle.
  ///   - factor: Scales the times of the contrast, 1 as published: what the sidecar does not say differs.
  ///   - inflow: How much moving fluid escapes saturation, 0...1.
  func signal(
    _ p: Tissue.Properties, tissue: Tissue, sequence: SequenceParameters, factor: Double = 1, inflow: Double
  ) -> Double {
    let blood = tissue == .artery || tissue == .vein
    let (tr, te) = (sequence.repetitionTime * 1000, sequence.echoTime * 1000)
    switch self {
    case .t1w:
      // MPRAGE: inversion, then a low-angle readout; a cycle of 2 s whatever repetition time the manufacturer states.
      let t1 = tissue == .csf ? 2150 - 600 * inflow : blood ? 800 : p.t1
      let (ti, cycle) = ((sequence.inversionTime ?? 1) * 1000 * factor, 2000.0)
      return p.density * abs(1 - 2 * exp(-ti / t1) / (1 + exp(-cycle / t1))) * exp(-te / p.t2star)
    case .t2w:
      // 3D turbo spin echo. The long train of small refocusing angles keeps signal along z, so the contrast is that of 0.91
      // of the stated echo time; the restore pulse returns what is left after the train (some 400 ms) to z.
      let (recovery, left) = (exp(-tr / p.t1), exp(-400 / p.t2))
      let flowing = tissue == .artery ? 0.1 : 1
      return p.density * (1 - recovery) / (1 - recovery * left) * exp(-0.91 * te * factor / p.t2) * flowing
    case .t2star:
      // Echoes up to some 40 ms are combined, whichever of them a manufacturer states. Gray over white matter (1.25–1.30) and CSF over cord
      // (1.7–2.0) of real scans ask for the weight of one at 22 ms.
      let stated = SequenceParameters.published(.t2star, manufacturer: sequence.manufacturer).echoTime
      let combined = 22 * sequence.echoTime / stated
      let t1 = tissue == .csf ? 4200 - 3000 * inflow : blood ? 500 : p.t1
      return p.density * Self.spoiled(t1: t1, tr: tr, angle: sequence.flipAngle) * exp(-combined * factor / p.t2star)
    case .mtOn:
      let t1 = tissue == .csf ? 3640 - 300 * inflow : blood ? 400 : p.t1
      // The transfer is for a pulse every 35 ms; rarer pulses saturate less, though each then finds more to saturate.
      let transfer = pow(p.transfer, pow(35 / tr, 0.7))
      return p.density * Self.spoiled(t1: t1, tr: tr, angle: sequence.flipAngle * factor) * exp(-te / p.t2star) * transfer
    case .mtOff:
      let t1 = tissue == .csf ? 3950 - 800 * inflow : blood ? 350 : p.t1
      return p.density * Self.spoiled(t1: t1, tr: tr, angle: sequence.flipAngle * factor) * exp(-te / p.t2star)
    case .dwi:
      // Spin-echo EPI, b = 800 s/mm²; pulsation dephases what the diffusion of CSF leaves.
      let pulsation = tissue == .csf ? 0.4 : 1
      return p.density * exp(-te * factor / p.t2) * exp(-0.8 * p.diffusion) * pulsation
    case .random:
      preconditionFailure("random signals follow no equation")
    }
  }

  /// Steady state of a spoiled gradient echo; times in ms, the angle in degrees.
  private static func spoiled(t1: Double, tr: Double, angle: Double) -> Double {
    let (decay, flip) = (exp(-tr / t1), angle * .pi / 180)
    return sin(flip) * (1 - decay) / (1 - cos(flip) * decay)
  }
}
