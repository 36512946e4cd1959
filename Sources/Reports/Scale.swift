import Foundation

/// Numbers to pixels.
struct Scale {
  let (low, high): (Double, Double)
  let range: ClosedRange<Double>
  let upwards: Bool

  init(from low: Double, to high: Double, onto range: ClosedRange<Double>, upwards: Bool = false) {
    (self.low, self.high, self.range, self.upwards) = (low, high > low ? high : low + 1, range, upwards)
  }

  func covers(_ value: Double) -> Bool { value >= low && value <= high }

  func callAsFunction(_ value: Double) -> Double {
    let share = (value - low) / (high - low)
    return range.lowerBound + (upwards ? 1 - share : share) * (range.upperBound - range.lowerBound)
  }

  /// Round numbers that cover a range.
  static func ticks(from low: Double, to high: Double, about count: Double) -> [Double] {
    let rough = max(high - low, 1e-9) / count
    let power = pow(10, log10(rough).rounded(.down))
    let step = power * ([1, 2, 5, 10].first { $0 * power >= rough } ?? 10)
    let (first, last) = (Int((low / step).rounded(.down)), Int((high / step).rounded(.up)))
    return (first...max(last, first + 1)).map { Double($0) * step }
  }

  static func label(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : String(format: "%.2g", value)
  }
}
