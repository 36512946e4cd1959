import Volumes

/// What a mask holds: the box of voxels that count, as cord or as something else.
///
/// Voxels up to ``faint`` of the mask's maximum are background. Where the mask has a haze, a faint value all around the cord, the background
/// reaches as high as the haze.
struct MaskContent {
  /// Share of the mask's maximum that counts as nothing.
  static let faint: Float = 0.01
  /// Most that a mask may hold, mm³: a whole cord has 30 cm³, a generous soft edge some times that.
  private static let largest = 500_000.0
  /// Ring around the cord in which a haze is looked for, mm beyond the farthest tissue: nothing of the cord is there.
  private static let ring = (inner: 2.0, outer: 8.0)
  /// A haze is below this share of the mask's maximum; more is another object.
  private static let brightestHaze: Float = 0.3

  /// The mask, with axes towards right, anterior and the head.
  let mask: Volume
  let slicing: Slicing
  /// The mask's largest value.
  let maximum: Float
  /// The largest piece above half of the maximum, as offsets into ``box``.
  private let core: [Int]
  private var box: Volume
  private var lower: SIMD3<Int>

  /// - Throws: ``MorphometryError``.
  init(_ mask: Volume, slicing: Slicing) throws(MorphometryError) {
    self.mask = mask.reoriented(to: .ras, from: slicing.orientation)
    self.slicing = slicing
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
    maximum = high
    (box, lower) = Self.boundingBox(of: self.mask, above: high / 2)
    try Self.check(box, above: high / 2)
    core = box.connectedComponents(above: high / 2)[0]
  }

  /// The largest piece above half of the maximum.
  var seed: [CordVoxel] { core.map(voxel) }

  /// The grid's axis at both of whose ends the seed is cut by the image, as a cord is that runs through; `nil` where it is none or several.
  var axisCutAtBothEnds: Int? {
    var (low, high) = (SIMD3<Int>(repeating: .max), SIMD3<Int>(repeating: .min))
    for voxel in seed {
      let place = SIMD3(voxel.column, voxel.row, voxel.level)
      (low, high) = (pointwiseMin(low, place), pointwiseMax(high, place))
    }
    let cut = (0..<3).filter { low[$0] == 0 && high[$0] == mask.grid.shape[$0] - 1 }
    guard cut.count == 1 else { return nil }
    return slicing.orientation.axes.firstIndex { $0.axis == cut[0] }
  }

  /// All pieces that touch above the background, the one with the seed first.
  ///
  /// - Parameter background: Largest value that counts as nothing.
  func pieces(above background: Float) throws(MorphometryError) -> [[CordVoxel]] {
    var content = self
    (content.box, content.lower) = Self.boundingBox(of: mask, above: background)
    try Self.check(content.box, above: background)
    let first = voxel(core[0])
    let place = SIMD3(first.column, first.row, first.level) &- content.lower
    let home = place.x + content.box.grid.shape.x * (place.y + content.box.grid.shape.y * place.z)
    var components = content.box.connectedComponents(above: background)
    components.swapAt(0, components.firstIndex { $0.contains(home) }!)
    return components.map { $0.sorted().map(content.voxel) }
  }

  /// Largest value of what surrounds the cord where that is not 0: a haze; `nil` without.
  ///
  /// - Parameters:
  ///   - centerline: The curve of the seed.
  ///   - radius: Farthest tissue from it, mm.
  func haze(around centerline: Centerline, radius: Double) -> Float? {
    let toVoxel = mask.grid.affine.inverse
    let (shape, spacing) = (mask.grid.shape, mask.grid.spacing)
    let (inner, outer) = (radius + Self.ring.inner, radius + Self.ring.outer)
    let reach = SIMD2(Int(outer / spacing.x) + 1, Int(outer / spacing.y) + 1)
    var values: [Float] = []
    let slices = centerline.slices
    for slice in stride(from: slices.lowerBound, through: slices.upperBound, by: max(1, slices.count / 40)) {
      let level = slicing.slice(ofLevel: slice)
      let center = toVoxel(centerline.position(atSlice: Double(slice)))
      let (column, row) = (Int(center.x.rounded()), Int(center.y.rounded()))
      for y in max(0, row - reach.y)..<max(0, min(shape.y, row + reach.y + 1)) {
        for x in max(0, column - reach.x)..<max(0, min(shape.x, column + reach.x + 1)) {
          let point = mask.grid.world(SIMD3(Double(x), Double(y), Double(level)))
          let distance = centerline.distance(to: point, level: level)
          if distance >= inner && distance <= outer { values.append(mask[x, y, level]) }
        }
      }
    }
    guard values.count >= 50 else { return nil }
    values.sort()
    let (middle, high) = (values[values.count / 2], values[values.count * 19 / 20])
    return middle > Self.faint * maximum && high < Self.brightestHaze * maximum ? high : nil
  }

  private func voxel(_ offset: Int) -> CordVoxel {
    let (z, rest) = offset.quotientAndRemainder(dividingBy: box.grid.shape.x * box.grid.shape.y)
    let (y, x) = rest.quotientAndRemainder(dividingBy: box.grid.shape.x)
    let (column, row) = (lower.x + x, lower.y + y)
    return CordVoxel(
      level: lower.z + z, column: column, row: row, point: box.grid.world(SIMD3(Double(x), Double(y), Double(z))),
      occupancy: Double(box.voxels[offset]),
      isAtSide: column == 0 || row == 0 || column == mask.grid.shape.x - 1 || row == mask.grid.shape.y - 1)
  }

  private static func check(_ box: Volume, above threshold: Float) throws(MorphometryError) {
    let volume = Double(box.voxels.count { $0 > threshold }) * box.grid.voxelVolume
    guard volume <= largest else { throw .tooLarge(volume: volume, limit: largest) }
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
}
