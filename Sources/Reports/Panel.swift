import Volumes

/// A plane through an image and its mask, sampled for display.
struct Panel {
  let width, height: Int
  /// Gray levels and occupancies of the pixels, row by row from the top left.
  var image, mask: [Float]

  /// Samples a plane.
  ///
  /// - Parameters:
  ///   - corner: World position of the top left pixel's center, mm, for each row.
  ///   - right: World displacement of one pixel to the right.
  ///   - down: World displacement of one pixel down; sets the pixels' height where the image is finer.
  init(image: Volume, mask: Volume, width: Int, height: Int, right: SIMD3<Double>, down: SIMD3<Double>, corner: (Int) -> SIMD3<Double>) {
    (self.width, self.height) = (width, height)
    (self.image, self.mask) = ([], [])
    // Thin across the plane: the plane itself, not a slab.
    let across = right.cross(down).normalized * 1e-3
    let toVoxel = image.grid.affine.inverse
    let steps = [toVoxel.linear(right), toVoxel.linear(down)]
    // Pixels that are no larger than voxels are read where they are; larger ones hold the mean of what they cover.
    let isFine = image.grid == mask.grid && steps.allSatisfy { max(abs($0.x), abs($0.y), abs($0.z)) <= 1 }
    for row in 0..<height {
      if isFine {
        let first = toVoxel(corner(row))
        for column in 0..<width {
          let voxel = first + steps[0] * Double(column)
          self.image.append(image.interpolated(at: voxel))
          self.mask.append(mask.interpolated(at: voxel))
        }
      } else {
        let grid = Grid(shape: SIMD3(width, 1, 1), affine: Affine(x: right, y: down, z: across, origin: corner(row)))
        self.image += image.resampled(onto: grid).voxels
        self.mask += mask.resampled(onto: grid).voxels
      }
    }
  }

  /// Gray levels shown as black and white: percentiles 1 and 99 of the pixels near the cord.
  ///
  /// - Parameters:
  ///   - reach: Pixels taken beside the mask; all are where the mask is empty.
  ///   - rows: Rows to look at; `nil` is all.
  func window(reach: Int, rows: Range<Int>? = nil) -> ClosedRange<Float> {
    let rows = rows ?? 0..<height
    var (near, all): ([Float], [Float]) = ([], [])
    for row in rows {
      let line = row * width..<(row + 1) * width
      all += image[line]
      let columns = line.filter { mask[$0] > 0.1 }
      guard let first = columns.first, let last = columns.last else { continue }
      near += image[max(line.lowerBound, first - reach)...min(line.upperBound - 1, last + reach)]
    }
    return Self.window(of: near.isEmpty ? all : near)
  }

  /// Gray levels shown as black and white: percentiles 1 and 99 of what is not outside of the image.
  var window: ClosedRange<Float> { Self.window(of: image.filter { $0 > 0 }) }

  /// A window for each row, from the rows around it: a coil's sensitivity falls off along a cord.
  ///
  /// - Parameters:
  ///   - reach: Pixels taken beside the mask.
  ///   - band: Rows taken for a window.
  func rowWindows(reach: Int, band: Int) -> [ClosedRange<Float>] {
    let step = max(1, band / 4)
    let nodes = stride(from: 0, to: height + step, by: step).map { row in
      let middle = min(row, height - 1)
      return window(reach: reach, rows: max(0, middle - band / 2)..<min(height, middle + band / 2 + 1))
    }
    return (0..<height).map { row in
      let (low, high, share) = (nodes[row / step], nodes[row / step + 1], Float(row % step) / Float(step))
      let black = low.lowerBound + share * (high.lowerBound - low.lowerBound)
      return black...max(black, low.upperBound + share * (high.upperBound - low.upperBound))
    }
  }

  private static func window(of values: [Float]) -> ClosedRange<Float> {
    let sorted = values.filter(\.isFinite).sorted()
    guard let last = sorted.indices.last else { return 0...1 }
    let (low, high) = (sorted[last / 100], sorted[last - last / 100])
    return low...max(high, low + .leastNormalMagnitude + abs(low) * 1e-6)
  }

  /// What of the mask is drawn.
  enum Mark { case nothing, outline, everything }

  /// The picture: gray levels, the mask's color over them, and its contour.
  ///
  /// - Parameter windows: Gray levels shown as black and white, for each row.
  func picture(windows: [ClosedRange<Float>], marked: Mark = .everything) -> Picture {
    var picture = Picture(width: width, height: height)
    for y in 0..<height {
      let (black, scale) = (windows[y].lowerBound, 1 / (windows[y].upperBound - windows[y].lowerBound))
      for x in 0..<width {
        let i = y * width + x
        let gray = Color(gray: (image[i] - black) * scale)
        let share = mask[i]
        // Where there is no mask the gray stays as it is.
        guard share > 0, marked != .nothing else {
          picture[x, y] = gray
          continue
        }
        let tinted = marked == .outline ? gray : gray.mixed(with: OverlayColors.mask(share), OverlayColors.opacity(share))
        picture[x, y] = tinted.mixed(with: OverlayColors.contour, contourCoverage(x, y))
      }
    }
    return picture
  }

  /// How much of a pixel a line of one pixel's width covers where the mask passes 0.5.
  private func contourCoverage(_ x: Int, _ y: Int) -> Float {
    func at(_ x: Int, _ y: Int) -> Float { mask[min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)] }
    let (dx, dy) = ((at(x + 1, y) - at(x - 1, y)) / 2, (at(x, y + 1) - at(x, y - 1)) / 2)
    let slope = (dx * dx + dy * dy).squareRoot()
    guard slope > 1e-6 else { return 0 }
    return min(max(1.1 - abs(at(x, y) - 0.5) / slope, 0), 1)
  }
}

/// Colors of a mask over an image.
enum OverlayColors {
  static let contour = Color(255, 236, 130)

  /// From red at the rim to amber where a voxel is all cord.
  static func mask(_ share: Float) -> Color { Color(230, 20, 40).mixed(with: Color(255, 176, 0), (share - 0.15) / 0.85) }

  /// Never so dense that the image is hidden.
  static func opacity(_ share: Float) -> Float { 0.36 * min(max(share, 0), 1).squareRoot() }
}
