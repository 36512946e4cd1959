import Volumes

/// A voxel that holds cord.
struct CordVoxel: Sendable {
  /// Slice counted from the feet.
  var level: Int
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
/// 3. a piece is cord when its mean distance from the curve is below ``pieceDistance`` and it starts within ``widestGap`` of
///    the cord found so far; of such pieces, voxels up to ``radius`` from the curve count; the curve is fitted again, until
///    no piece joins or leaves.
struct Cord: Sendable {
  /// Share of the mask's maximum that counts as nothing.
  static let faint: Float = 0.01
  /// Farthest cord tissue from the centerline, mm: the cervical enlargement reaches 8, and blur adds some.
  static let radius = 12.0
  /// Largest mean distance of a piece of cord from the centerline, mm: a filled disc of 8 mm radius has 5.3.
  static let pieceDistance = 7.0
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

  init(_ mask: Volume) throws(MorphometryError) {
    let slicing = Slicing(of: mask.grid)
    let (pieces, seed) = try Self.pieces(of: mask.reoriented(to: .ras))
    var centerline = try Centerline(through: seed, slicing: slicing)
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
          sum += voxel.occupancy * min(centerline.distance(to: voxel), 2 * Self.radius)
          weight += voxel.occupancy
        }
        return sum < Self.pieceDistance * weight || index == 0
      }
      voxels = chosen.flatMap { index in pieces[index].filter { centerline.distance(to: $0) <= Self.radius } }
      centerline = try Centerline(through: voxels, slicing: slicing)
      span = Self.levels(of: voxels)
      if chosen == before { break }
    }
    var levels = [[CordVoxel]](repeating: [], count: slicing.count)
    for voxel in voxels { levels[voxel.level].append(voxel) }
    (self.levels, self.centerline) = (levels, centerline)
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
        level: lower.z + z, point: box.grid.world(SIMD3(Double(x), Double(y), Double(z))), occupancy: Double(box.voxels[offset]),
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

  private static func levels(of voxels: [CordVoxel]) -> ClosedRange<Int> {
    var (low, high) = (Int.max, Int.min)
    for voxel in voxels { (low, high) = (min(low, voxel.level), max(high, voxel.level)) }
    return low...max(low, high)
  }
}
