import Foundation
import GroundTruth
import Morphometry
import Registration
import Simulation
import Volumes

/// How far the soft masks of a simulated person are from the truth.
struct GroundTruthScore {
  /// Root mean square distance across the cord between where slices lie and where they were put, mm; without the reference.
  var registration: Double?
  /// C2–C3 area against the exact mask's, percent, mean over contrasts.
  var area: Double?
  /// Mean absolute error of voxels that hold some cord but not only, mean over contrasts.
  var edge: Double?

  /// - Parameter judged: Slices of each contrast that count for the edge, by contrast: those that every method speaks for.
  init(_ truths: [SoftTruth], of person: StudyPerson, reference: String, judged: [String: Set<Int>]) {
    var (squares, areas, edges): ([Double], [Double], [Double]) = ([], [], [])
    let fixed = person.acquisitions[person.scans.firstIndex { $0.name == reference }!].motion.seriesFromPerson
    for truth in truths {
      let index = person.scans.firstIndex { $0.name == truth.name }!
      let (acquisition, exact) = (person.acquisitions[index], person.truths[index])
      if truth.name != reference {
        squares += Self.distances(truth.alignment, acquisition, exact.grid, person.neck, fixed: fixed, slices: judged[truth.name] ?? [])
      }
      if let error = Self.areaError(truth.soft, exact, acquisition, person.neck) { areas.append(error) }
      let axis = Slicing(of: exact.grid).axis
      var (sum, count) = (0.0, 0)
      exact.forEachVoxel { voxel, value in
        guard value < 0.99, value > 0.01, judged[truth.name]?.contains(voxel[axis]) == true else { return }
        sum += Double(abs(truth.soft[voxel.x, voxel.y, voxel.z] - value))
        count += 1
      }
      if count > 0 { edges.append(sum / Double(count)) }
    }
    func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
    (registration, area, edge) = (mean(squares)?.squareRoot(), mean(areas), mean(edges))
  }

  /// Squared distances across the cord, mm², one for each slice.
  static func distances(
    _ alignment: Alignment, _ acquisition: Acquisition, _ grid: Grid, _ neck: Neck, fixed: Affine, slices: Set<Int>
  ) -> [Double] {
    let slicing = Slicing(of: grid)
    let tube = neck.cord
    let curve = Foot(tube)
    return slices.sorted().map { slice in
      // Where the person's cord meets this slice: down along the cord until the slice is reached.
      var s = 0.0
      var index = (SIMD3<Double>(grid.shape) - 1) / 2
      index[slicing.axis] = Double(slice)
      let middle = grid.world(index)
      let acquired = Int(acquisition.grid.affine.inverse(middle).z.rounded())
      let toPerson = acquisition.motion.personFromSeries(slice: acquired, of: acquisition.grid)
      let (plane, normal) = (toPerson(middle), toPerson.linear(slicing.normal))
      s = curve.foot(of: plane)
      for _ in 0..<10 {
        let section = tube.section(at: s)
        s += (plane - section.center).dot(normal) / section.direction.dot(normal)
      }
      let section = tube.section(at: s)
      let estimated = alignment.affine(slice: slice)(toPerson.inverse(section.center))
      let error = estimated - fixed(section.center)
      let direction = fixed.linear(section.direction).normalized
      let across = error - error.dot(direction) * direction
      return across.dot(across)
    }
  }

  /// Percent of the exact mask's area over C2 and C3.
  private static func areaError(_ soft: Volume, _ exact: Volume, _ acquisition: Acquisition, _ neck: Neck) -> Double? {
    guard let own = try? Morphometry.measure(mask: soft), let truth = try? Morphometry.measure(mask: exact) else { return nil }
    let toPerson = acquisition.motion.personFromSeries
    var (sum, expected) = (0.0, 0.0)
    let pairs = zip(own, truth).compactMap { a, b in a.section.flatMap { a in b.section.map { (a, $0) } } }
    let levels = neck.levels(of: pairs.map { toPerson($0.1.center) })
    for ((a, b), level) in zip(pairs, levels) where level == 2 || level == 3 {
      sum += a.area
      expected += b.area
    }
    return expected > 0 ? (sum / expected - 1) * 100 : nil
  }
}
