import Foundation
import Simulation
import Testing
import Volumes

@testable import Morphometry

/// How often the 95 % intervals hold the truth, when the mask is drawn by a segmenter whose errors are known.
///
/// The whole table, with `make coverage`, takes minutes: several strengths of error, soft and binary masks, three kinds of voxels.
struct CoverageTests {
  static let isBench = ProcessInfo.processInfo.environment["SOFTCORD_BENCH"] != nil

  struct Count {
    var (held, all, width) = (0, 0, 0.0)
    var rate: Double { Double(held) / Double(max(all, 1)) }
    mutating func add(_ estimate: Estimate?, truth: Double) {
      guard let interval = estimate?.interval else { return }
      all += 1
      held += interval.contains(truth) ? 1 : 0
      width += interval.upperBound - interval.lowerBound
    }
  }

  static let grids: [(name: String, shape: SIMD3<Int>, spacing: SIMD3<Double>)] = [
    ("1x1x1", [44, 44, 80], [1, 1, 1]), ("0.8x0.8x0.8", [50, 50, 96], [0.8, 0.8, 0.8]), ("0.5x0.5x5", [80, 80, 20], [0.5, 0.5, 5]),
  ]

  /// Coverage by place and metric.
  private func coverage(kind: Rater.Kind, deviation: Double, grid index: Int, necks: Int, seed: UInt64) throws -> [String: Count] {
    var counts: [String: Count] = [:]
    for case_ in 0..<necks {
      var generator = Generator(seed: seed, stream: UInt64(case_))
      let neck = Neck(generator: &generator)
      let rater = Rater(
        deviation: deviation, contourLength: generator.uniform(1.5, 2.5), cordLength: generator.uniform(2, 4), kind: kind)
      let (_, shape, spacing) = Self.grids[index]
      let middle = neck.discPosition(5) + SIMD3(generator.uniform(-1, 1), generator.uniform(-1, 1), generator.uniform(-1, 1))
      let affine = Affine(spacing: spacing, origin: middle - spacing * (SIMD3<Double>(shape) - 1) / 2)
      let (mask, truth) = rater.draw(neck, grid: Grid(shape: shape, affine: affine), generator: &generator)
      let found = try Morphometry.measure(mask: mask)
      let whole = found.filter { $0.flags.isDisjoint(with: [.endOfImage, .cutAtSide]) && $0.section != nil }.map(\.slice)
      for slice in whole {
        let (section, true_) = (found[slice].section!, truth[slice])
        counts["area slice", default: Count()].add(section[.area], truth: true_.area)
        counts["ap slice", default: Count()].add(section[.apDiameter], truth: 2 * true_.halfAP)
        counts["rl slice", default: Count()].add(section[.rlDiameter], truth: 2 * true_.halfRL)
        counts["angle slice", default: Count()].add(
          section[.apAngle], truth: atan2(-true_.direction.y, -true_.direction.z))
      }
      func add(_ name: String, _ slices: [Int]) {
        guard slices.count > 1, let summary = found.summary(over: slices.map { ($0, 1) }) else { return }
        counts["area " + name, default: Count()].add(summary[.area], truth: slices.reduce(0) { $0 + truth[$1].area } / Double(slices.count))
        counts["ap " + name, default: Count()].add(
          summary[.apDiameter], truth: slices.reduce(0) { $0 + 2 * truth[$1].halfAP } / Double(slices.count))
        counts["rl " + name, default: Count()].add(
          summary[.rlDiameter], truth: slices.reduce(0) { $0 + 2 * truth[$1].halfRL } / Double(slices.count))
      }
      let levels = neck.levels(of: whole.map { truth[$0].center })
      for level in 3...6 { add("level", zip(whole, levels).filter { $1 == level }.map(\.0)) }
      // Ranges of 20 mm.
      let count = Int(20 / spacing.z)
      for start in stride(from: 0, through: whole.count - count, by: count) { add("range", Array(whole[start..<start + count])) }
    }
    return counts
  }

  @Test(.enabled(if: isBench, "run by make coverage")) func coverageTable() throws {
    var total: [String: Count] = [:]
    for kind in Rater.Kind.allCases {
      for deviation in [0.1, 0.2, 0.35] {
        for grid in Self.grids.indices {
          let counts = try coverage(kind: kind, deviation: deviation, grid: grid, necks: 10, seed: 11)
          let text = counts.sorted { $0.key < $1.key }.map { key, count in
            "\(key) \((count.rate * 1000).rounded() / 10) (±\((50 * count.width / Double(count.all)).rounded() / 100))"
          }
          print(kind, deviation, Self.grids[grid].name, text.joined(separator: ", "))
          for (key, count) in counts {
            total[key, default: Count()].held += count.held
            total[key]!.all += count.all
          }
        }
      }
    }
    for (key, count) in total.sorted(by: { $0.key < $1.key }) { print("all", key, (count.rate * 1000).rounded() / 10, count.all) }
  }
}
