import Foundation
import Numerics
import Simulation

/// Sex and age of a simulated person, drawn after the anatomy and in accord with it.
///
/// Over the 203 people of the Spine Generic database whose cords the simulated ones follow, the area at C2–C3 is 69.7 mm² in 98 women and
/// 74.4 mm² in 105 men, with an SD of 6.5 mm² around both; so a person's area tells how likely each sex is. Age tells next to nothing of the
/// area (correlation 0.07): median 28 years, 19 to 52.
struct Demographics {
  /// `M` or `F`, as BIDS writes it.
  let sex: String
  /// Years.
  let age: Int

  /// - Parameters:
  ///   - area: Of the healthy cord at C2–C3 as it was drawn, mm².
  ///   - generator: Of this person.
  init(area: Double, generator g: inout Generator) {
    // Two normal distributions of one SD: the logarithm of the odds is linear in the area.
    let (women, men, deviation) = (69.7, 74.4, 6.5)
    let odds = 105.0 / 98 * exp((men - women) / (deviation * deviation) * (area - (men + women) / 2))
    sex = g.chance(odds / (1 + odds)) ? "M" : "F"
    age = min(Int(19 + 9 * exp(g.normal(0, 0.5))), 60)
  }
}
