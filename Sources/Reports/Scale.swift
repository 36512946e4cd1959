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

  /// Powers of ten with their doubles and fives that cover a range of positive numbers.
  static func logarithmicTicks(from low: Double, to high: Double) -> [Double] {
    let (first, last) = (Int(log10(low).rounded(.down)), Int(log10(high).rounded(.up)))
    let all = (first...max(last, first + 1)).flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } }
    let (start, end) = (all.last { $0 <= low * 1.0001 } ?? all[0], all.first { $0 >= high * 0.9999 } ?? all[all.count - 1])
    return all.filter { $0 >= start && $0 <= max(end, start * 2) }
  }

  /// A tick's number, without the digits that rounding errors add.
  static func label(_ value: Double) -> String { String(format: "%.6g", abs(value) < 1e-12 ? 0 : value) }

  /// A value as it is shown beside a point: two decimals, more where it is small.
  static func brief(_ value: Double) -> String { String(format: abs(value) >= 0.1 || value == 0 ? "%.2f" : "%.3g", value) }
}
