import Volumes

/// Vertebral levels as SCT has them: each slice belongs to one level, or to none.
///
/// Of discs, each is projected onto the nearest point of the centerline that lies in a slice; level n reaches from the slice above disc n + 1 up to that of
/// disc n, or to the next disc that there is, whatever its number. Above the first disc the level before it goes on, below the last disc its own
/// level, to the cord's ends. Of an image of levels, a slice has the mean of its labels, rounded.
///
/// Source: SCT, documentation of `sct_process_segmentation`, options `-discfile` and `-vertfile`.
public struct SliceLevels: Sendable {
  /// Level by slice, counted from the feet.
  private let levels: [Int?]
  private let slicing: Slicing

  /// - Parameters:
  ///   - labels: Voxels of discs.
  ///   - numbering: How they are numbered; `nil` is what the labels tell.
  ///   - mask: The cord.
  /// - Throws: ``LevelError``.
  public init(discs labels: Labels, numbering: LabelNumbering? = nil, of mask: Volume) throws(LevelError) {
    let numbering = try labels.numbering(numbering)
    let course = SCTMethod(mask).course
    let (toVoxel, spacing) = (course.grid.affine.inverse, course.grid.spacing)
    var borders: [(slice: Int, number: Int)] = []
    for (label, points) in labels.points {
      // SCT takes every label for a disc, the conus for one.
      guard let number = numbering == .sct ? label : numbering.disc(label) else { continue }
      let voxel = toVoxel(points.reduce(.zero, +) / Double(points.count))
      func squared(_ point: SIMD3<Double>) -> Double { ((point - voxel) * spacing * (point - voxel) * spacing).sum() }
      guard let nearest = course.points.min(by: { squared($0) < squared($1) }) else { continue }
      borders.append((Int(nearest.z), number))
    }
    borders.sort { $0.slice < $1.slice }
    slicing = Slicing(of: mask.grid)
    levels = (0..<slicing.count).map { slice in
      guard let first = course.points.first, let last = course.points.last, Int(first.z)...Int(last.z) ~= slice else { return nil }
      let level = borders.first { $0.slice >= slice }?.number ?? borders.last.map { $0.number - 1 }
      return level == 0 ? nil : level
    }
  }

  /// - Parameters:
  ///   - labels: Voxels of vertebrae, in the cord.
  ///   - numbering: How they are numbered; `nil` is what the labels tell.
  ///   - mask: The cord.
  /// - Throws: ``LevelError``.
  public init(mask labels: Labels, numbering: LabelNumbering? = nil, of mask: Volume) throws(LevelError) {
    let numbering = try labels.numbering(numbering)
    slicing = Slicing(of: mask.grid)
    let toVoxel = mask.grid.reoriented(to: .ras).affine.inverse
    var sums = [(sum: Int, count: Int)](repeating: (0, 0), count: slicing.count)
    for (label, points) in labels.points {
      guard let number = numbering.vertebra(label) else { continue }
      for point in points {
        let slice = Int(toVoxel(point).z.rounded())
        guard sums.indices.contains(slice) else { continue }
        sums[slice].sum += number
        sums[slice].count += 1
      }
    }
    levels = sums.map { $0.count > 0 ? Int((Double($0.sum) / Double($0.count)).rounded(.toNearestOrEven)) : nil }
  }

  /// The slices of some levels, numbered as in the mask's grid, ascending.
  public func slices(of range: ClosedRange<Int>) -> [Int] {
    levels.indices.filter { levels[$0].map(range.contains) ?? false }.map(slicing.slice(ofLevel:)).sorted()
  }

  /// The level of a slice, numbered as in the mask's grid.
  public func level(ofSlice slice: Int) -> Int? { levels[slicing.slice(ofLevel: slice)] }

  /// All levels that have slices.
  public var all: [Int] { Set(levels.compactMap { $0 }).sorted() }
}
