import Foundation

extension SpineStrip {
  /// Curves from intensity to intensity, 0…1: darker, brighter, upside down.
  private static let curves: [@Sendable (Float) -> Float] = [{ $0 * $0 }, { $0.squareRoot() }, { 1 - $0 }]
  /// Share of the intensities at either end that is cut.
  private static let cut = 0.005

  /// The strip as scans of other contrasts might show it; not a number stays where it is.
  public var otherContrasts: [SpineStrip] {
    let sorted = values.filter { !$0.isNaN }.sorted()
    guard let first = sorted.first, let last = sorted.last, first < last else { return [] }
    let low = sorted[Int(Self.cut * Double(sorted.count))]
    let high = sorted[Int((1 - Self.cut) * Double(sorted.count - 1))]
    guard low < high else { return [] }
    return Self.curves.map { curve in
      SpineStrip(firstPlace: firstPlace, values: values.map { $0.isNaN ? $0 : curve(min(max(($0 - low) / (high - low), 0), 1)) })
    }
  }
}
