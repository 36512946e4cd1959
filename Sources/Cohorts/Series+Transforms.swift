import Datasets
import Files
import Simulation
import Volumes

extension Series {
  /// How the person moved: maps of world millimeters between all pairs of scans, and the jumps of single slices.
  static func transforms(of series: [Series]) -> JSONValue {
    let between = series.flatMap { source in
      series.filter { $0.path != source.path }.map { target -> JSONValue in
        let matrix = target.acquisition.motion.seriesFromPerson.after(source.acquisition.motion.personFromSeries)
        return ["From": .text(source.name.description), "To": .text(target.name.description), "Matrix": matrix.rows]
      }
    }
    let own = series.map { ($0.name.description, $0.position) }
    return [
      "Description": .text(
        "World millimeters (RAS+). SeriesFromPerson maps the neck's reference position to the scan; Matrix maps a point seen in one scan to where it is seen in another. Slices that were acquired one by one jump further, by Displacement, in the file's order along its axis SliceAxis."
      ),
      "Series": .object(Dictionary(own) { $1 }), "Between": .list(between),
    ]
  }

  private var position: JSONValue {
    let motion = acquisition.motion
    var values: [String: JSONValue] = ["SeriesFromPerson": motion.seriesFromPerson.rows]
    guard !motion.jumps.isEmpty else { return .object(values) }
    let stored = acquisition.stored.map { acquisition.grid.reoriented(to: $0) } ?? acquisition.grid
    let direction = acquisition.grid.affine.z.normalized
    let along = stored.affine.directions.map { $0.dot(direction) }
    let axis = along.indices.max { abs(along[$0]) < abs(along[$1]) }!
    let axes = acquisition.grid.affine.directions
    let jumps = (0..<acquisition.grid.shape.z).map { slice -> JSONValue in
      let jump = motion.jumps.indices.contains(slice) ? motion.jumps[slice] : .zero
      return (axes[0] * jump.x + axes[1] * jump.y).list
    }
    values["SliceAxis"] = .number(Double(axis))
    values["Displacement"] = .list(along[axis] < 0 ? jumps.reversed() : jumps)
    return .object(values)
  }
}

extension Affine {
  /// The four rows of the matrix.
  fileprivate var rows: JSONValue {
    .list((0..<3).map { .list([x[$0], y[$0], z[$0], origin[$0]].map { .number($0) }) } + [[0, 0, 0, 1]])
  }
}

extension SIMD3<Double> {
  fileprivate var list: JSONValue { .list([x, y, z].map { .number($0) }) }
}
