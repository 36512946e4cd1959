import Foundation
import GroundTruth
import Morphometry
import Registration
import Simulation
import Volumes

/// How far the soft masks of a simulated person are from the truth.
struct StudyScore: Codable {
  /// The score of one person and one method.
  struct Row {
    let subject: Int
    let method: String
    let score: StudyScore
    var seconds: Double?
  }

  /// Root mean square distance across the cord between where slices lie and where they were put, mm; without the reference.
  var registration: Double?
  /// C2–C3 area against the exact mask's, percent, mean over contrasts.
  var area: Double?
  /// Mean absolute error of voxels that hold some cord but not only, mean over contrasts.
  var edge: Double?

  /// - Parameter judged: Slices of each contrast that count for the edge, by contrast: those that every method speaks for.
  init(_ truths: [SoftTruth], of person: StudyPerson, reference: String, judged: [String: Set<Int>]) {
    var (squares, areas, edges): ([Double], [Double], [Double]) = ([], [], [])
    let fixed = Self.centers(of: reference, truths, person)
    for truth in truths {
      let index = person.scans.firstIndex { $0.name == truth.name }!
      let (acquisition, exact) = (person.acquisitions[index], person.truths[index])
      if truth.name != reference {
        squares += Self.distances(truth.alignment, of: exact, to: fixed, slices: judged[truth.name] ?? [])
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

  /// Where the reference's exact centers were put, upwards.
  private static func centers(of reference: String, _ truths: [SoftTruth], _ person: StudyPerson) -> [SIMD3<Double>] {
    guard let index = person.scans.firstIndex(where: { $0.name == reference }),
      let alignment = truths.first(where: { $0.name == reference })?.alignment
    else { return [] }
    return MaskSlice.whole(of: person.truths[index]).map { alignment.affine(slice: $0.slice)($0.center) }.sorted { $0.z < $1.z }
  }

  /// Squared distances across the cord, mm², one for each slice: where the exact mask's center was put, against where the exact center that
  /// the reference shows at that height was put.
  static func distances(_ alignment: Alignment, of exact: Volume, to curve: [SIMD3<Double>], slices: Set<Int>) -> [Double] {
    return MaskSlice.whole(of: exact).filter { slices.contains($0.slice) }.compactMap { slice in
      let put = alignment.affine(slice: slice.slice)(slice.center)
      guard let above = curve.firstIndex(where: { $0.z >= put.z }), above > 0 else { return nil }
      let (a, b) = (curve[above - 1], curve[above])
      let error = put - (a + (b - a) * ((put.z - a.z) / (b.z - a.z)))
      let direction = (curve[min(above + 4, curve.count - 1)] - curve[max(above - 5, 0)]).normalized
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
