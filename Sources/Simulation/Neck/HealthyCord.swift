import Foundation

/// Areas of healthy adults' cords by vertebral level: 203 people of the Spine Generic multi-subject database.
///
/// The area is that of the ellipse of both diameters; people's spread follows from that of the diameters and how they go together.
public enum HealthyCord {
  /// Mean and standard deviation of the area, mm².
  ///
  /// - Parameter level: C1 = 1 … T3 = 10.
  /// - Returns: `nil` for levels that the database does not tell.
  public static func area(ofLevel level: Int) -> (mean: Double, deviation: Double)? {
    let fitted = Population.canalFilling.count
    guard (1...fitted).contains(level) else { return nil }
    let quarters = (level - 1) * Population.quarters..<level * Population.quarters
    let mean = quarters.reduce(0) { $0 + Population.mean.cordAP[$1] * Population.mean.cordRL[$1] } * .pi / 4 / Double(quarters.count)
    let (ap, rl) = (level - 1, fitted + level - 1)
    let shared = zip(Population.loadings[ap], Population.loadings[rl]).reduce(0) { $0 + $1.0 * $1.1 }
    let (first, second) = (Population.deviations[ap], Population.deviations[rl])
    return (mean, mean * (first * first + second * second + 2 * shared * first * second).squareRoot())
  }
}
