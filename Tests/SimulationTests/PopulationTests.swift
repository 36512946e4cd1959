import Numerics
import Testing

@testable import Simulation

/// Relative errors allowed for 300 simulated people; the standard errors of a mean and of an SD are 0.6 % and 4 %.
private let (meanTolerance, deviationTolerance, correlationTolerance) = (0.02, 0.15, 0.1)

private func moments(_ x: [Double]) -> (mean: Double, sd: Double) {
  let mean = x.reduce(0, +) / Double(x.count)
  return (mean, (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count - 1)).squareRoot())
}

private func correlation(_ x: [Double], _ y: [Double]) -> Double {
  let (a, b) = (moments(x), moments(y))
  return zip(x, y).reduce(0) { $0 + ($1.0 - a.mean) * ($1.1 - b.mean) } / (Double(x.count - 1) * a.sd * b.sd)
}

@Test("300 simulated people have the sizes of 203 real ones, and go together as theirs do")
func populationMoments() {
  // [measure][level][person]
  var values = [[[Double]]](repeating: [[Double]](repeating: [], count: 10), count: 6)
  for seed in 0..<300 {
    var generator = Generator(seed: UInt64(seed))
    let neck = Neck(generator: &generator)
    // Sizes are given at four places of a level; the area is the outline's share of the ellipse of its diameters.
    let tubes = [(neck.cordAP, neck.cordRL, neck.cordOutlines), (neck.canalAP, neck.canalRL, neck.canalOutlines)]
    for (k, (aps, rls, outlines)) in tubes.enumerated() {
      for level in 0..<10 {
        let diameters = outlines[level].moments.diameters
        let filling = outlines[level].area * 4 / (diameters.x * diameters.y)
        var (area, ap, rl) = (0.0, 0.0, 0.0)
        for place in level * Population.quarters..<(level + 1) * Population.quarters {
          area += aps[place] * rls[place] * filling * Double.pi / 16
          ap += aps[place] / 4
          rl += rls[place] / 4
        }
        values[3 * k][level].append(area)
        values[3 * k + 1][level].append(ap)
        values[3 * k + 2][level].append(rl)
        // The tubes follow, as splines through the places do.
        if seed == 0 {
          let tube = k == 0 ? neck.cord : neck.canal
          let mean: Double = tube.meanArea(from: neck.discs[level], to: neck.discs[level + 1])
          #expect(abs(mean / area - 1) < 0.03)
        }
      }
    }
  }
  let expected = [
    PopulationMoments.area, PopulationMoments.ap, PopulationMoments.rl, PopulationMoments.canalArea, PopulationMoments.canalAP,
    PopulationMoments.canalRL,
  ]
  for measure in 0..<6 {
    for level in 0..<10 {
      let (found, goal) = (moments(values[measure][level]), expected[measure][level])
      #expect(abs(found.mean / goal.mean - 1) < meanTolerance, "measure \(measure), level \(level + 1): \(found.mean), \(goal.mean)")
      #expect(abs(found.sd / goal.sd - 1) < deviationTolerance, "measure \(measure), level \(level + 1): \(found.sd), \(goal.sd)")
    }
  }
  let (area, canal) = (values[0], values[3])
  #expect(abs(correlation(area[1], area[2]) - PopulationMoments.c2c3) < correlationTolerance)
  #expect(abs(correlation(area[2], area[6]) - PopulationMoments.c3c7) < correlationTolerance)
  let pair = { (x: [[Double]]) in zip(x[1], x[2]).map { ($0 + $1) / 2 } }
  #expect(abs(correlation(pair(area), pair(canal)) - PopulationMoments.cordCanal) < correlationTolerance)
}
