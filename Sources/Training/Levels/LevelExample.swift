import Foundation
import Levels
import Morphometry
import Numerics
import Simulation
import Volumes

/// A strip whose discs are known.
struct LevelExample: Sendable {
  /// Straightened scan.
  var strip: SpineStrip
  /// Rows of the junction (0) and of discs 1, 2, …, ascending; they may lie outside of the strip.
  var boundaries: [Double]
  /// Cells of the edges of the same beside the canal.
  var edges: [Double]

  init(strip: SpineStrip, boundaries: [Double], edges: [Double]) {
    (self.strip, self.boundaries, self.edges) = (strip, boundaries, edges)
  }

  /// A random person, scanned in a random way.
  ///
  /// - Returns: `nil` where too little cord is in the field of view to have a direction.
  init?(seed: UInt64) {
    var generator = Generator(seed: seed, stream: 28)
    let neck = Neck(generator: &generator, pathology: generator.chance(0.3) ? .mixed : .none)
    let person = generator.chance(0.85) ? neck.worn : neck
    let acquisition = Acquisition.ofSpine(person, generator: &generator)
    self.init(person, acquisition, generator: &generator)
  }

  /// - Parameters:
  ///   - neck: The person.
  ///   - acquisition: How it is scanned.
  ///   - generator: Cuts the mask, whose ends are anywhere in use.
  init?(_ neck: Neck, _ acquisition: Acquisition, generator g: inout Generator) {
    var scan = acquire(neck, acquisition)
    let grid = scan.cord.grid
    let slices = Slicing(of: grid)
    if g.chance(0.4) {
      let (upper, lower) = (g.chance(0.7) ? g.uniform(0, 40) : 0, g.chance(0.5) ? g.uniform(0, 40) : 0)
      scan.cord.keepSlices(of: slices, from: lower, to: upper)
    }
    guard let axis = try? CordAxis(Centerline(of: scan.cord)), axis.extent.upperBound > 8 else { return nil }
    let sight = Sight(of: neck, by: acquisition)
    strip = SpineStrip(scan.image, along: axis)
    let marks = [(neck.junction, neck.junctionPosition)] + neck.discs.indices.map { (neck.discs[$0], neck.discEdge($0 + 1)) }
    var rows: [Double] = []
    (edges, boundaries) = ([], [])
    for (_, point) in marks {
      let (row, cell) = strip.position(of: sight.world(ofPerson: point), along: axis)
      rows.append(row)
      edges.append(cell)
    }
    // Beyond the reach of the axis feet pile up at its end: there lengths of the person count.
    let reach = CordAxis.reach - 2
    let (first, last) = (axis.extent.lowerBound - reach - strip.firstPlace, axis.extent.upperBound + reach - strip.firstPlace)
    let known = rows.indices.filter { rows[$0] > first && rows[$0] < last }
    guard let upper = known.first, let lower = known.last else { return nil }
    boundaries = rows.indices.map { index in
      if index < upper { return rows[upper] - (marks[upper].0 - marks[index].0) }
      return index > lower ? rows[lower] + marks[index].0 - marks[lower].0 : rows[index]
    }
    guard zip(boundaries, boundaries.dropFirst()).allSatisfy(<) else { return nil }
  }

  /// Part of the spine that each row belongs to: the one that holds its middle.
  var parts: [Int] {
    (0..<strip.rows).map { row in (boundaries.lastIndex { $0 <= Double(row) } ?? -1) }
  }
}

extension Volume {
  /// Clears slices at both ends of the mask.
  ///
  /// - Parameter from, to: What is cleared at the feet's and the head's end of what is cord, mm; half of it is always kept.
  fileprivate mutating func keepSlices(of slicing: Slicing, from lower: Double, to upper: Double) {
    let shape = grid.shape
    func slice(_ offset: Int) -> Int {
      let index = [offset % shape.x, offset / shape.x % shape.y, offset / (shape.x * shape.y)]
      return index[slicing.axis]
    }
    let held = Set(voxels.indices.filter { voxels[$0] > 0.5 }.map(slice)).sorted()
    guard held.count > 8 else { return }
    let (a, b) = (Int(lower / slicing.spacing), Int(upper / slicing.spacing))
    let scale = min(1, Double(held.count) / 2 / Double(max(a + b, 1)))
    var (first, last) = (Int(Double(a) * scale), Int(Double(b) * scale))
    if slicing.descends { swap(&first, &last) }
    let kept = held[first]...held[held.count - 1 - last]
    for offset in voxels.indices where voxels[offset] != 0 && !kept.contains(slice(offset)) { voxels[offset] = 0 }
  }
}
