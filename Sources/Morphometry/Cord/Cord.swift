import Volumes

/// A voxel that holds cord.
struct CordVoxel: Sendable {
  /// Slice counted from the feet.
  var level: Int
  /// Place in the slice, in voxels of the mask in RAS.
  var column, row: Int
  /// World position of the voxel's center, mm.
  var point: SIMD3<Double>
  /// Share of the voxel that is cord.
  var occupancy: Double
  /// Whether it lies at a side of the image, so that the cord may go on outside.
  var isAtSide: Bool
}

/// The voxels of a mask that are cord, and their centerline.
///
/// A mask may hold more than the cord: islands elsewhere, a faint tail. The cord is found from the inside out:
/// 1. voxels up to ``faint`` of the mask's maximum are background; the others form pieces that touch;
/// 2. a first curve follows the largest piece above half of the maximum;
/// 3. a piece is cord when its mean distance from the curve is below ``pieceDistance`` of `radius` and it starts within ``widestGap`` of
///    the cord found so far; of such pieces, voxels up to `radius` from the curve count; the curve is fitted again, until
///    no piece joins or leaves.
struct Cord: Sendable {
  /// Share of the mask's maximum that counts as nothing.
  static let faint: Float = 0.01
  /// Largest mean distance of a piece of cord from the centerline, as a part of the farthest: a filled disc has two thirds of its radius.
  static let pieceDistance = 0.6
  /// Longest stretch without cord between two pieces, mm.
  static let widestGap = 30.0
  /// Most that a mask may hold, mm³: a whole cord has 30 cm³, a generous soft edge some times that.
  private static let largest = 500_000.0
  /// Rounds of fitting; two or three are the rule.
  private static let mostRounds = 8

  /// The cord's voxels, from the feet to the head.
  let levels: [[CordVoxel]]
  let centerline: Centerline
  /// Whether every voxel of the cord has the same value, so that the mask says where voxel centers are, not shares.
  let isBinary: Bool
  /// For each slice, whether it holds something that is not cord: at least half a voxel.
  let holdsOther: [Bool]

  /// - Parameter radius: Farthest tissue from the centerline, mm.
  init(_ mask: Volume, radius: Double = MeasurementSettings.cordRadius) throws(MorphometryError) {
    let slicing = Slicing(of: mask.grid)
    let (pieces, seed) = try Self.pieces(of: mask.reoriented(to: .ras))
    var centerline = Centerline(through: seed, slicing: slicing)
    var span = Self.levels(of: seed)
    var chosen: [Int] = []
    var voxels = seed
    for _ in 0..<Self.mostRounds {
      let before = chosen
      chosen = pieces.indices.filter { index in
        let own = Self.levels(of: pieces[index])
        let gap = max(own.lowerBound - span.upperBound, span.lowerBound - own.upperBound, 0)
        guard Double(gap) * slicing.spacing <= Self.widestGap else { return false }
        var (sum, weight) = (0.0, 0.0)
        for voxel in pieces[index] {
          sum += voxel.occupancy * min(centerline.distance(to: voxel), 2 * radius)
          weight += voxel.occupancy
        }
        return sum < Self.pieceDistance * radius * weight || index == 0
      }
      voxels = chosen.flatMap { index in pieces[index].filter { centerline.distance(to: $0) <= radius } }
      centerline = Centerline(through: voxels, slicing: slicing)
      span = Self.levels(of: voxels)
      if chosen == before { break }
    }
    var levels = [[CordVoxel]](repeating: [], count: slicing.count)
    for voxel in voxels { levels[voxel.level].append(voxel) }
    (self.levels, self.centerline) = (levels, centerline)
    var others = [Double](repeating: 0, count: slicing.count)
    for piece in pieces { for voxel in piece { others[voxel.level] += voxel.occupancy } }
    for voxel in voxels { others[voxel.level] -= voxel.occupancy }
    holdsOther = others.map { $0 >= 0.5 }
    isBinary = voxels.allSatisfy { $0.occupancy == voxels[0].occupancy }
  }

  /// The pieces of a mask in RAS, the one with the seed first, and the seed: the largest piece above half of the maximum.
  private static func pieces(of mask: Volume) throws(MorphometryError) -> (pieces: [[CordVoxel]], seed: [CordVoxel]) {
    var (low, high) = (Float.infinity, -Float.infinity)
    var numbers = true
    mask.voxels.withUnsafeBufferPointer { voxels in
      for value in voxels {
        if value < low { low = value }
        if value > high { high = value }
        if value.isNaN { numbers = false }
      }
    }
    // Interpolation of a file's scaled integers may overshoot by a rounding.
    guard numbers, low >= -0.001, high <= 1.001 else {
      throw .notOccupancy(minimum: numbers ? low : .nan, maximum: numbers ? high : .nan)
    }
    guard high > 0 else { throw .emptyMask }
    let (box, lower) = boundingBox(of: mask, above: faint * high)
    let volume = Double(box.voxels.count { $0 > faint * high }) * mask.grid.voxelVolume
    guard volume <= largest else { throw .tooLarge(volume: volume, limit: largest) }
    func voxel(_ offset: Int) -> CordVoxel {
      let (z, rest) = offset.quotientAndRemainder(dividingBy: box.grid.shape.x * box.grid.shape.y)
      let (y, x) = rest.quotientAndRemainder(dividingBy: box.grid.shape.x)
      let (column, row) = (lower.x + x, lower.y + y)
      return CordVoxel(
        level: lower.z + z, column: column, row: row, point: box.grid.world(SIMD3(Double(x), Double(y), Double(z))),
        occupancy: Double(box.voxels[offset]),
        isAtSide: column == 0 || row == 0 || column == mask.grid.shape.x - 1 || row == mask.grid.shape.y - 1)
    }
    let seed = box.connectedComponents(above: high / 2)[0]
    var components = box.connectedComponents(above: faint * high)
    let home = components.firstIndex { $0.contains(seed[0]) }!
    components.swapAt(0, home)
    return (components.map { $0.sorted().map(voxel) }, seed.map(voxel))
  }

  /// The smallest box that holds every voxel above a threshold, and its first voxel.
  private static func boundingBox(of mask: Volume, above threshold: Float) -> (box: Volume, lower: SIMD3<Int>) {
    let shape = mask.grid.shape
    var (lower, upper) = (shape, SIMD3<Int>(repeating: -1))
    mask.voxels.withUnsafeBufferPointer { voxels in
      var offset = 0
      for z in 0..<shape.z {
        for y in 0..<shape.y {
          for x in 0..<shape.x {
            if voxels[offset] > threshold {
              lower = pointwiseMin(lower, SIMD3(x, y, z))
              upper = pointwiseMax(upper, SIMD3(x, y, z))
            }
            offset += 1
          }
        }
      }
    }
    return (mask.box(lower: lower, shape: upper &- lower &+ 1), lower)
  }

  /// Whether the cord comes in several pieces in a slice: voxels above half of the slice's maximum that do not touch.
  func forks(level: Int) -> Bool {
    let sure = 0.5 * (levels[level].map(\.occupancy).max() ?? 0)
    var waiting = Set(levels[level].filter { $0.occupancy > sure }.map { SIMD2($0.column, $0.row) })
    let total = waiting.count
    var sizes: [Int] = []
    while let seed = waiting.popFirst() {
      var members = [seed]
      var next = 0
      while next < members.count {
        // Corners touch: a steep sheet of one voxel is no fork.
        for x in -1...1 { for y in -1...1 { if let found = waiting.remove(members[next] &+ SIMD2(x, y)) { members.append(found) } } }
        next += 1
      }
      sizes.append(members.count)
    }
    return sizes.filter { 10 * $0 >= total }.count > 1
  }

  /// How sure the mask is of a slice, 0...1: the median of the voxels inside the cord, whose eight neighbours are more cord than not; the
  /// slice's largest value where no voxel lies inside. A mask that fades along the cord is unsure there as a whole, not only at its edge.
  func sureness(level: Int) -> Double {
    let most = Set(levels[level].filter { $0.occupancy > 0.5 }.map { SIMD2($0.column, $0.row) })
    let inside = levels[level].filter { voxel in
      (-1...1).allSatisfy { x in (-1...1).allSatisfy { y in most.contains([voxel.column + x, voxel.row + y]) } }
    }.map(\.occupancy).sorted()
    return inside.isEmpty ? levels[level].map(\.occupancy).max() ?? 0 : inside[inside.count / 2]
  }

  private static func levels(of voxels: [CordVoxel]) -> ClosedRange<Int> {
    var (low, high) = (Int.max, Int.min)
    for voxel in voxels { (low, high) = (min(low, voxel.level), max(high, voxel.level)) }
    return low...max(low, high)
  }
}
