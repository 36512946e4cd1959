import Models
import Volumes

extension Volume {
  /// The confidence of a mask: the fraction of its interior voxels that are nearly all cord, in the slice of the median voxel. Interior is
  /// what is more cord than not, as are its neighbors in the slice.
  ///
  /// A cord is wider than its edge is blurred, and a model whose occupancies are fractions says nearly 1 of what lies within the edge. What
  /// only resembles a cord (a bone of the leg, a blob of noise) it calls cord by half, but for a voxel here and there. Area and length do
  /// not tell the two apart, this does. The median, because a lesion or an artefact may blur some slices of a true cord; of voxels, because
  /// the slices in which a mask fades hold few. Beyond the field of view a cord goes on: half a cord has no less of an inside.
  ///
  /// - Parameter occupancy: Above it a voxel is nearly all cord.
  /// - Returns: 0…1; 0 where there is no interior voxel.
  func confidence(above occupancy: Float) -> Float { confidence(above: occupancy, of: voxels.indices.filter { voxels[$0] > 0.5 }) }

  /// The same of some of the voxels that are more cord than not.
  private func confidence(above occupancy: Float, of voxels: [Int]) -> Float {
    let (width, height) = (grid.shape.x, grid.shape.y)
    let plane = width * height
    var slices = [(held: Int, sure: Int)](repeating: (0, 0), count: grid.shape.z)
    func isCord(_ offset: Int) -> Bool { self.voxels[offset] > 0.5 }
    for offset in voxels {
      let (x, y) = (offset % width, offset % plane / width)
      guard x == 0 || isCord(offset - 1), x == width - 1 || isCord(offset + 1) else { continue }
      guard y == 0 || isCord(offset - width), y == height - 1 || isCord(offset + width) else { continue }
      slices[offset / plane].held += 1
      if self.voxels[offset] > occupancy { slices[offset / plane].sure += 1 }
    }
    slices.removeAll { $0.held == 0 }
    // By share, without dividing.
    slices.sort { $0.sure * $1.held < $1.sure * $0.held }
    var left = slices.reduce(0) { $0 + $1.held } / 2
    for slice in slices {
      left -= slice.held
      if left < 0 { return Float(slice.sure) / Float(slice.held) }
    }
    return 0
  }
}

extension Volume {
  /// This mask with 0 where it holds less than an occupancy.
  func withoutDust(below least: Float) -> Volume {
    var result = self
    result.voxels.withUnsafeMutableBufferPointer { for i in $0.indices where $0[i] < least { $0[i] = 0 } }
    return result
  }

  /// Sets to zero every connected piece that is no cord: one that holds none of the given places, as a vein in a window's corner, and one
  /// that lies beside a piece that holds more of them. There is one cord at each height, so of two pieces that share most of their slices
  /// one is something else, and not always the smaller one: a jugular vein may be larger than the cord. Where no piece holds any place,
  /// the largest one stays.
  ///
  /// - Parameters:
  ///   - threshold: Voxels above it are joined into pieces.
  ///   - places: World positions, mm.
  ///   - distance: How near to a place a voxel must be along each world axis, mm.
  /// - Returns: The pieces that became zero, as offsets.
  @discardableResult
  mutating func keepCord(above threshold: Float, near places: [SIMD3<Double>], within distance: Double) -> [[Int]] {
    let components = connectedComponents(above: threshold)
    guard components.count > 1 else { return [] }
    // Places and voxels meet in cells of the world.
    func cell(_ position: SIMD3<Double>) -> SIMD3<Int> {
      let index = (position / distance).rounded(.down)
      return SIMD3(Int(index.x), Int(index.y), Int(index.z))
    }
    let cells = Set(places.map(cell))
    let (width, plane) = (grid.shape.x, grid.shape.x * grid.shape.y)
    let pieces = components.enumerated().map { number, component in
      let held = Set(component.map { cell(grid.world(SIMD3(Double($0 % width), Double($0 % plane / width), Double($0 / plane)))) })
      return (number: number, held: held.intersection(cells).count, slices: Set(component.map { $0 / plane }))
    }
    var (taken, isFirst) = (Set<Int>(), true)
    var leftOut: [[Int]] = []
    // The largest one comes first among equals.
    for piece in pieces.sorted(by: { ($0.held, -$0.number) > ($1.held, -$1.number) }) {
      if isFirst || piece.held > 0, 2 * piece.slices.intersection(taken).count <= piece.slices.count {
        taken.formUnion(piece.slices)
      } else {
        for offset in components[piece.number] { voxels[offset] = 0 }
        leftOut.append(components[piece.number])
      }
      isFirst = false
    }
    return leftOut
  }

  /// Sets to zero what is near to no voxel that is more cord than not. An edge is near to its cord; a haze in the brain is faint, but adds up.
  ///
  /// Small pieces of voxels that are more cord than not count as haze, and so do those of too little confidence: the roots below the cord,
  /// where the mask begins anew. The largest one never does.
  ///
  /// - Returns: The pieces that became zero, as offsets.
  @discardableResult
  mutating func keepEdges(_ settings: PostProcessing) -> [[Int]] {
    let (shape, steps) = (grid.shape, [1, grid.shape.x, grid.shape.x * grid.shape.y])
    let reach = (0..<3).map { Int((settings.edgeWidth / grid.spacing[$0]).rounded(.up)) }
    var near = [Bool](repeating: false, count: voxels.count)
    var (lower, upper) = (shape &- 1, SIMD3<Int>.zero)
    let pieces = connectedComponents(above: 0.5)
    let isCord = pieces.enumerated().map { number, piece in
      number == 0
        || Double(piece.count) * grid.voxelVolume >= settings.smallestPiece
          && confidence(above: settings.confidentOccupancy, of: piece) >= settings.minimumConfidence
    }
    for offset in zip(pieces, isCord).filter(\.1).map(\.0).joined() {
      near[offset] = true
      let place = SIMD3(offset % steps[1], offset % steps[2] / steps[1], offset / steps[2])
      (lower, upper) = (pointwiseMin(lower, place), pointwiseMax(upper, place))
    }
    let box = (0..<3).map { max(0, lower[$0] - reach[$0])..<max(lower[$0], min(shape[$0], upper[$0] + reach[$0] + 1)) }
    for axis in 0..<3 {
      let others = (0..<3).filter { $0 != axis }
      for b in box[others[1]] {
        for a in box[others[0]] {
          let line = a * steps[others[0]] + b * steps[others[1]]
          // What is near already, and how far along this line that makes others near.
          let set = box[axis].filter { near[line + $0 * steps[axis]] }
          var next = box[axis].lowerBound
          for place in set {
            let end = min(box[axis].upperBound, place + reach[axis] + 1)
            for i in max(next, place - reach[axis])..<max(next, end) { near[line + i * steps[axis]] = true }
            next = max(next, end)
          }
        }
      }
    }
    for i in voxels.indices where !near[i] { voxels[i] = 0 }
    return zip(pieces, isCord).filter { !$0.1 }.map(\.0)
  }
}
