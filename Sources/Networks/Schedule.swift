import Foundation

/// Learning rates as pure functions of the step, counted from 0.
public enum Schedule {
  /// Rises in a line over `warmUp` steps to `peak`, then falls along half a cosine to `floor` at step `steps`, and stays there.
  ///
  /// Source: Loshchilov & Hutter 2017, arXiv:1608.03983, without restarts.
  public static func cosine(step: Int, steps: Int, peak: Double, floor: Double = 0, warmUp: Int = 0) -> Double {
    precondition(step >= 0 && warmUp >= 0, "steps are counted from 0")
    if step < warmUp { return peak * Double(step + 1) / Double(warmUp) }
    let progress = fraction(step - warmUp, of: steps - warmUp)
    return floor + (peak - floor) * 0.5 * (1 + cos(.pi * progress))
  }

  /// peak · (1 − step / steps)^power, after a rise over `warmUp` steps; 0 from step `steps` on.
  ///
  /// Source: nnU-Net's `PolyLRScheduler` (power 0.9).
  public static func polynomial(step: Int, steps: Int, peak: Double, power: Double = 0.9, warmUp: Int = 0) -> Double {
    precondition(step >= 0 && warmUp >= 0, "steps are counted from 0")
    if step < warmUp { return peak * Double(step + 1) / Double(warmUp) }
    return peak * pow(1 - fraction(step - warmUp, of: steps - warmUp), power)
  }

  private static func fraction(_ step: Int, of steps: Int) -> Double {
    steps > 0 ? min(1, Double(step) / Double(steps)) : 1
  }
}
