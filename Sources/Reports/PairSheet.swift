import Volumes

/// Two masks of one scan, drawn as outlines in slices along the cord: where they agree and where not.
public struct PairSheet: Sendable {
  /// Written above the slices.
  public var title: String
  /// Slices shown, from the head down.
  public var slices = 6
  /// Side of a shown slice, mm.
  public var side = 26.0

  public init(title: String) { self.title = title }

  private static let (tile, gap, head) = (180, 6, 48)
  private static let first = Color(255, 140, 0), second = Color(80, 200, 255)

  /// Draws the picture: the prediction's outline at 0.5 in orange, the reference's in blue.
  ///
  /// - Parameters:
  ///   - prediction: Occupancy on the reference's grid.
  ///   - reference: Occupancy; shown slices are some that it holds.
  ///   - image: The scan behind; where it is `nil`, the reference's own values are shown.
  /// - Returns: `nil` where the reference is empty.
  public func picture(of prediction: Volume, _ reference: Volume, image: Volume? = nil) -> Picture? {
    let centers = Self.centers(of: reference)
    guard !centers.isEmpty else { return nil }
    let count = min(slices, centers.count)
    let shown = (0..<count).map { centers[(2 * $0 + 1) * centers.count / (2 * count)] }
    var page = Picture(
      width: Self.gap + count * (Self.tile + Self.gap), height: Self.head + Self.tile + Self.gap, color: OverlayLayout.background)
    page.write(title, x: Self.gap + 2, y: 8, color: OverlayLayout.ink)
    page.write("prediction", x: Self.gap + 2, y: 28, color: Self.first)
    page.write("reference", x: Self.gap + 82, y: 28, color: Self.second)
    for (index, center) in shown.enumerated() {
      page.draw(tile(at: center, prediction, reference, image), x: Self.gap + index * (Self.tile + Self.gap), y: Self.head)
    }
    return page
  }

  private func tile(at center: SIMD3<Double>, _ prediction: Volume, _ reference: Volume, _ image: Volume?) -> Picture {
    let pixel = side / Double(Self.tile)
    // Seen from the feet: right to the left, anterior up; thin across, so that one slice is shown.
    let corner = center + SIMD3(side - pixel, side - pixel, 0) / 2
    let grid = Grid(
      shape: SIMD3(Self.tile, Self.tile, 1), affine: Affine(x: [-pixel, 0, 0], y: [0, -pixel, 0], z: [0, 0, 1e-3], origin: corner))
    let gray = (image ?? reference).resampled(onto: grid).voxels
    let sorted = gray.sorted()
    let (black, white) = (sorted[sorted.count / 50], sorted[sorted.count - 1 - sorted.count / 50])
    var picture = Picture(width: Self.tile, height: Self.tile)
    for i in gray.indices {
      picture[i % Self.tile, i / Self.tile] = Color(gray: (gray[i] - black) / max(white - black, 1e-6)).mixed(
        with: .black, image == nil ? 0.5 : 0)
    }
    for (mask, color) in [(reference, Self.second), (prediction, Self.first)] { picture.outline(mask.resampled(onto: grid).voxels, color) }
    return picture
  }

  /// World position of the reference's middle in each slice that holds it, from the head down.
  private static func centers(of mask: Volume) -> [SIMD3<Double>] {
    let upright = mask.reoriented(to: .ras)
    let shape = upright.grid.shape
    return (0..<shape.z).reversed().compactMap { z in
      var (sum, weight) = (SIMD3<Double>.zero, 0.0)
      for y in 0..<shape.y {
        for x in 0..<shape.x {
          let value = Double(upright[x, y, z])
          guard value > 0.5 else { continue }
          sum += value * SIMD3(Double(x), Double(y), Double(z))
          weight += value
        }
      }
      return weight > 0 ? upright.grid.world(sum / weight) : nil
    }
  }
}

extension Picture {
  /// Draws where a soft mask of the picture's size passes 0.5.
  fileprivate mutating func outline(_ mask: [Float], _ color: Color) {
    func at(_ x: Int, _ y: Int) -> Float { mask[min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)] }
    for y in 0..<height {
      for x in 0..<width {
        let slope = SIMD2((at(x + 1, y) - at(x - 1, y)) / 2, (at(x, y + 1) - at(x, y - 1)) / 2)
        let steep = (slope * slope).sum().squareRoot()
        guard steep > 1e-4 else { continue }
        self[x, y] = self[x, y].mixed(with: color, min(max(1.2 - abs(at(x, y) - 0.5) / steep, 0), 1))
      }
    }
  }
}
