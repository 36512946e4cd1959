import Morphometry
import Volumes

/// A scan straightened along its cord, from the brainstem down: what shows the vertebrae and discs beside it.
///
/// Rows are 1 mm of the cord each, from the head down; cells are 1 mm, from behind the cord to the front; three sheets lie to the left,
/// in the middle and to the right. Above the cord and below it the strip goes straight on as far as the field of view.
public struct SpineStrip: Sendable {
  /// Distance of the sheets from the cord towards the right, mm; each is the mean of samples this far around it.
  static let (sheetPlaces, sheetReach) = ([-5.0, 0, 5], 1.7)
  public static let sheets = sheetPlaces.count
  /// Cells of a row, and where the first one begins relative to the cord's middle, mm towards the front.
  public static let (cells, back) = (64, -20.0)
  /// How far the strip reaches beyond the cord's ends, mm.
  static let (above, below) = (72.0, 14.0)
  /// Reach of the window within which intensities are standardized, rows to both sides.
  private static let window = 40
  /// Standardized intensities are cut here.
  private static let limit: Float = 4

  /// Place of the middle of the first row along the cord (``CordAxis``), mm.
  public var firstPlace: Double
  /// Intensities, cells fastest, then rows, then sheets; not a number outside of the field of view.
  public var values: [Float]

  public init(firstPlace: Double, values: [Float]) { (self.firstPlace, self.values) = (firstPlace, values) }

  public var rows: Int { values.count / (Self.sheets * Self.cells) }

  /// Straightens a scan.
  ///
  /// - Parameters:
  ///   - scan: On any grid.
  ///   - axis: Of the cord in it, in the same world.
  ///   - aside: Distance of the middle sheet from the cord's middle towards the right, mm.
  public init(_ scan: Volume, along axis: CordAxis, aside: Double = 0) {
    let toVoxel = scan.grid.affine.inverse
    let first = (axis.extent.lowerBound - Self.above).rounded(.up) + 0.5
    let count = max(1, Int(axis.extent.upperBound + Self.below - first))
    let frames = (0..<count).map { Self.frame(of: axis, at: first + Double($0)) }
    // Rows whose middle lies outside of the field of view show nothing.
    func isInside(_ point: SIMD3<Double>) -> Bool { !scan.interpolated(at: toVoxel(point), outside: .value(.nan)).isNaN }
    let seen = frames.indices.filter { isInside(frames[$0].center) }
    let range = seen.isEmpty ? 0..<1 : seen.first!..<(seen.last! + 1)
    firstPlace = first + Double(range.lowerBound)
    var values = [Float](repeating: .nan, count: Self.sheets * range.count * Self.cells)
    var offset = 0
    for place in Self.sheetPlaces {
      let across = [-Self.sheetReach, 0, Self.sheetReach].map { aside + place + $0 }
      for row in range {
        let (center, right, front) = frames[row]
        for cell in 0..<Self.cells {
          let middle = center + front * (Self.back + Double(cell) + 0.5)
          let samples = across.map { scan.interpolated(at: toVoxel(middle + right * $0), outside: .value(.nan)) }.filter { !$0.isNaN }
          if !samples.isEmpty { values[offset] = samples.reduce(0, +) / Float(samples.count) }
          offset += 1
        }
      }
    }
    self.values = values
  }

  /// Middle of the cord at a place, and unit vectors across it to the right and to the front.
  public static func frame(
    of axis: CordAxis, at place: Double
  ) -> (center: SIMD3<Double>, right: SIMD3<Double>, front: SIMD3<Double>) {
    let down = (axis.point(at: place + 2) - axis.point(at: place - 2)).normalized
    let right = (SIMD3(1, 0, 0) - down * down.x).normalized
    return (axis.point(at: place), right, right.cross(down))
  }

  /// Row, and cell, of a point: fractional numbers, the middle of the first being 0.
  public func position(of point: SIMD3<Double>, along axis: CordAxis) -> (row: Double, cell: Double) {
    let place = axis.foot(of: point).place
    let (center, _, front) = Self.frame(of: axis, at: place)
    return (place - firstPlace, (point - center).dot(front) - Self.back - 0.5)
  }

  /// What a network sees: each sheet with mean 0 and standard deviation 1 of the rows around, then where the field of view is.
  ///
  /// - Returns: Channels (sheets, field of view) of rows of cells; 0 outside of the field of view.
  public var standardized: [Float] {
    let (rows, cells) = (rows, Self.cells)
    var (sums, squares, counts) = ([Double](repeating: 0, count: rows + 1), [Double](repeating: 0, count: rows + 1), [0.0])
    for row in 0..<rows {
      var (sum, square, count) = (0.0, 0.0, 0.0)
      for sheet in 0..<Self.sheets {
        let start = (sheet * rows + row) * cells
        for value in values[start..<start + cells] where !value.isNaN {
          sum += Double(value)
          square += Double(value) * Double(value)
          count += 1
        }
      }
      sums[row + 1] = sums[row] + sum
      squares[row + 1] = squares[row] + square
      counts.append(counts[row] + count)
    }
    var result = [Float](repeating: 0, count: (Self.sheets + 1) * rows * cells)
    for row in 0..<rows {
      let (low, high) = (max(0, row - Self.window), min(rows, row + Self.window + 1))
      let count = max(counts[high] - counts[low], 1)
      let mean = (sums[high] - sums[low]) / count
      let variance = max((squares[high] - squares[low]) / count - mean * mean, 0)
      let scale = variance > 0 ? Float(1 / variance.squareRoot()) : 0
      for cell in 0..<cells {
        var isSeen = false
        for sheet in 0..<Self.sheets {
          let offset = (sheet * rows + row) * cells + cell
          guard !values[offset].isNaN else { continue }
          isSeen = true
          result[offset] = min(max((values[offset] - Float(mean)) * scale, -Self.limit), Self.limit)
        }
        if isSeen { result[(Self.sheets * rows + row) * cells + cell] = 1 }
      }
    }
    return result
  }
}
