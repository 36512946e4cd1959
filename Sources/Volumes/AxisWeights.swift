/// How each value along one axis of a target comes from a few neighbours along one axis of a source.
struct AxisWeights {
  /// For each target voxel the first source voxel that counts; 0 where none does.
  private(set) var first: [Int]
  /// Weights of the source voxels from there on, ``width`` for each target voxel.
  private(set) var weights: [Float] = []
  private(set) var width = 1
  /// The sum of each target voxel's weights: 1 inside the source, 0 outside.
  private(set) var sums: [Float]
  /// Target voxels that take something from the source, and source voxels that give something; empty where the two do not meet.
  private(set) var targets = 0..<0
  private(set) var sources = 0..<0

  /// - Parameters:
  ///   - count: Target voxels.
  ///   - terms: Source voxels and their weights, for a target voxel; the same source voxel may come several times.
  private init(count: Int, terms: (Int) -> [(voxel: Int, weight: Double)]) {
    first = [Int](repeating: 0, count: count)
    sums = [Float](repeating: 0, count: count)
    let rows = (0..<count).map { index in terms(index).filter { $0.weight != 0 } }
    let ranges = rows.map { row in row.map(\.voxel).min().map { $0..<row.map(\.voxel).max()! + 1 } }
    width = ranges.compactMap { $0?.count }.max() ?? 1
    weights = [Float](repeating: 0, count: count * width)
    guard let start = ranges.firstIndex(where: { $0 != nil }), let end = ranges.lastIndex(where: { $0 != nil }) else { return }
    targets = start..<end + 1
    sources = ranges.compactMap { $0?.lowerBound }.min()!..<ranges.compactMap { $0?.upperBound }.max()!
    for index in targets {
      // Every row has the full width, within the source voxels that are there.
      first[index] = max(sources.lowerBound, min(ranges[index]?.lowerBound ?? sources.lowerBound, sources.upperBound - width))
      for (voxel, weight) in rows[index] {
        weights[index * width + voxel - first[index]] += Float(weight)
        sums[index] += Float(weight)
      }
    }
  }

  /// Means over each target voxel of the line through the source's values.
  ///
  /// - Parameters:
  ///   - size: Source voxels.
  ///   - origin: Position of the first target voxel's center, source voxels.
  ///   - step: From one target voxel to the next, source voxels; negative where the axes run against each other.
  ///   - count: Target voxels.
  ///   - samples: Places in each target voxel that the mean is taken over.
  ///   - extended: Whether the outermost values go on without end; else nothing lies beyond the outermost edges.
  init(interpolating size: Int, from origin: Double, step: Double, count: Int, samples: Int, extended: Bool) {
    let last = Double(size - 1)
    // A place on the very edge is inside, on whichever side rounding puts it.
    let edge = 0.5 + 1e-9
    self.init(count: count) { index in
      (0..<samples).flatMap { sample -> [(voxel: Int, weight: Double)] in
        let place = origin + step * (Double(index) + (Double(sample) + 0.5) / Double(samples) - 0.5)
        guard extended || (place >= -edge && place <= last + edge) else { return [] }
        let inside = min(max(place, 0), last)
        let voxel = Int(inside)
        let fraction = inside - Double(voxel)
        return [(voxel, (1 - fraction) / Double(samples)), (min(voxel + 1, size - 1), fraction / Double(samples))]
      }
    }
  }

  /// Means over each target voxel of a curve whose means over the source's voxels are the source's values.
  ///
  /// The curve's integral is known exactly at the edges of the source's voxels; between them it is interpolated by Catmull and Rom's
  /// cubic. So no amount is lost or made, and edges stay as sharp as the source's voxels show them. Outside the source the curve is 0.
  init(redistributing size: Int, from origin: Double, step: Double, count: Int) {
    // A target voxel that reaches beyond the rim by no more than rounding is full.
    let slack = 0.01
    self.init(count: count) { index in
      let center = origin + step * Double(index) + 0.5
      let ends = [center - abs(step) / 2, center + abs(step) / 2].map { end in
        end < -slack ? 0 : end > Double(size) + slack ? Double(size) : end
      }
      guard ends[0] < ends[1], ends[1] > 0, ends[0] < Double(size) else { return [] }
      let (from, to) = (Self.integral(at: ends[0], size), Self.integral(at: ends[1], size))
      // What lies between the two cubics' first edges counts in full.
      let between = (from.edge..<to.edge).map { (voxel: $0, weight: 1.0) }
      return (between + to.rest + from.rest.map { ($0.voxel, -$0.weight) }).map {
        (voxel: min(max($0.voxel, 0), size - 1), weight: $0.weight / abs(step))
      }
    }
  }

  /// The curve's integral up to a place, counted in source voxels from the first one's lower edge: everything below an edge, and a part
  /// of the three voxels above it.
  private static func integral(at place: Double, _ size: Int) -> (edge: Int, rest: [(voxel: Int, weight: Double)]) {
    let voxel = min(max(Int(place.rounded(.down)), 0), size - 1)
    let u = place - Double(voxel)
    // Weights of the integrals at the voxel's upper edge and at the one above that; below, all but the lowest edge's.
    let lowest = u * (-0.5 + u * (1 - 0.5 * u))
    let upper = u * (0.5 + u * (2 - 1.5 * u))
    let highest = u * u * (0.5 * u - 0.5)
    return (voxel - 1, [(voxel - 1, 1 - lowest), (voxel, upper + highest), (voxel + 1, highest)])
  }
}
