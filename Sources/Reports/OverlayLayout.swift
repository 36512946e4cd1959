import Foundation
import Morphometry
import Volumes

/// Where the parts of an overlay go.
struct OverlayLayout {
  static let tile = 224
  static let gap = 6
  static let titleHeight = 34
  static let background = Color(18, 20, 24)
  static let ink = Color(235, 235, 235)
  static let faded = Color(150, 156, 165)
  /// Farthest that the sagittal view reaches beyond the cord's ends, and to each side of it, mm.
  static let (beyond, aside) = (25.0, 60.0)
  /// Widest sagittal view, pixels; finest pixel, mm.
  static let (widest, finest) = (520, 0.1)

  let overlay: Overlay
  let image, mask: Volume
  let slicing: Slicing
  /// `nil` when there is no cord to follow.
  let centerline: Centerline?

  init(overlay: Overlay, image: Volume, mask: Volume) {
    (self.overlay, self.image, self.mask) = (overlay, image, mask)
    slicing = Slicing(of: image.grid)
    centerline = try? Centerline(of: mask)
  }

  private var rows: Int { max(1, (overlay.slices + 1) / 2) }
  private var height: Int { rows * Self.tile + (rows - 1) * Self.gap }

  func picture() -> Picture {
    let shown = shownSlices
    let sagittal = sagittalView(marking: shown)
    let left = sagittal.width + 3 * Self.gap
    var page = Picture(
      width: left + 2 * (Self.tile + Self.gap), height: Self.titleHeight + height + Self.gap, color: Self.background)
    page.write(overlay.title, x: Self.gap + 2, y: 9, color: Self.ink, scale: 2)
    if centerline == nil {
      let text = "no cord"
      page.write(text, x: page.width - Picture.width(of: text, scale: 2) - Self.gap - 2, y: 9, color: OverlayColors.contour, scale: 2)
    }
    page.draw(sagittal, x: Self.gap, y: Self.titleHeight)
    for (number, slice) in shown.enumerated() {
      page.draw(
        axialView(number: number + 1, slice: slice), x: left + number % 2 * (Self.tile + Self.gap),
        y: Self.titleHeight + number / 2 * (Self.tile + Self.gap))
    }
    return page
  }

  /// Slices to show, from the head down: the middles of equal parts of the cord, or of the image.
  private var shownSlices: [Int] {
    let all = centerline?.slices ?? 0...slicing.count - 1
    let count = min(overlay.slices, all.count)
    let places = (0..<count).map { all.lowerBound + Int((Double($0) + 0.5) / Double(count) * Double(all.count)) }
    return slicing.descends ? places : places.reversed()
  }

  /// The cord's middle in a slice, or the image's.
  private func center(ofSlice slice: Double) -> SIMD3<Double> {
    if let centerline { return centerline.position(atSlice: slice) }
    var index = (SIMD3<Double>(image.grid.shape) - 1) / 2
    index[slicing.axis] = slice
    return image.grid.world(index)
  }

  private func axialView(number: Int, slice: Int) -> Picture {
    let center = center(ofSlice: Double(slice))
    let pixel = overlay.side / Double(Self.tile)
    let (right, down) = (-slicing.right * pixel, -slicing.anterior * pixel)
    let corner = center - (right + down) * (Double(Self.tile - 1) / 2)
    let panel = Panel(image: image, mask: mask, width: Self.tile, height: Self.tile, right: right, down: down) {
      corner + Double($0) * down
    }
    var picture = panel.picture(windows: Array(repeating: panel.window(reach: Int(12 / pixel)), count: Self.tile))
    let last = Self.tile - 1
    picture.write("\(number)", x: 5, y: 5, color: OverlayColors.contour, scale: 2, shadow: true)
    let place = "slice \(slice)   z \(Self.millimetres(center.z))"
    picture.write(place, x: last - Picture.width(of: place) - 4, y: 5, color: Self.ink, shadow: true)
    picture.write("R", x: 5, y: last / 2 - 6, color: Self.ink, scale: 2, shadow: true)
    picture.write("L", x: last - 13, y: last / 2 - 6, color: Self.ink, scale: 2, shadow: true)
    drawScale(on: &picture, pixel: pixel, length: 10)
    return picture
  }

  private func sagittalView(marking shown: [Int]) -> Picture {
    let (bottom, top) = extent
    let pixel = max((top - bottom) / Double(height), Self.finest)
    let (first, last) = slicing.descends ? (Double(slicing.count) - 0.5, -0.5) : (-0.5, Double(slicing.count) - 0.5)
    let lowest = center(ofSlice: first).z
    let slicesPerMillimetre = (last - first) / (center(ofSlice: last).z - lowest)
    // Heights grow almost evenly with slices; further looks make up for the rest.
    func middle(atHeight z: Double) -> SIMD3<Double> {
      var slice = first + (z - lowest) * slicesPerMillimetre
      for _ in 0..<3 { slice += (z - center(ofSlice: slice).z) * slicesPerMillimetre }
      return center(ofSlice: slice)
    }
    let highest = (top + bottom + Double(height - 1) * pixel) / 2
    let zs = (0..<height).map { highest - Double($0) * pixel }
    let middles = zs.map(middle(atHeight:))
    let inView = zip(zs, middles).filter { $0.0 > bottom && $0.0 < top }.map(\.1.y)
    let (posterior, anterior) = (inView.min() ?? 0, inView.max() ?? 0)
    let width = min(Self.widest, Int((anterior - posterior + 2 * Self.aside) / pixel))
    let front = (anterior + posterior) / 2 + Double(width - 1) / 2 * pixel
    let panel = Panel(image: image, mask: mask, width: width, height: height, right: [0, -pixel, 0], down: [0, 0, -pixel]) {
      [middles[$0].x, front, zs[$0]]
    }
    var picture = panel.picture(windows: panel.rowWindows(reach: Int(20 / pixel), band: Int(40 / pixel)))
    for (number, slice) in shown.enumerated() {
      let y = Int(((zs[0] - center(ofSlice: Double(slice)).z) / pixel).rounded())
      for x in width - 26..<width - 16 { picture.blend(OverlayColors.contour, at: x, y, opacity: 0.9) }
      picture.write("\(number + 1)", x: width - 13, y: y - 7, color: OverlayColors.contour, scale: 2, shadow: true)
    }
    for mark in overlay.marks {
      let (x, y) = (Int(((front - mark.point.y) / pixel).rounded()), Int(((zs[0] - mark.point.z) / pixel).rounded()))
      for step in -4...10 { picture.blend(Self.ink, at: x - step, y, opacity: 0.9) }
      let left = x - 14 - Picture.width(of: mark.name)
      if (0..<height).contains(y) { picture.write(mark.name, x: max(20, left), y: y - 4, color: Self.ink, shadow: true) }
    }
    for level in overlay.levels {
      let y = Int(((zs[0] - level.position.z) / pixel).rounded())
      guard (8..<height - 30).contains(y) else { continue }
      picture.write(level.name, x: 24, y: y - 6, color: Self.ink, scale: 2, shadow: true)
    }
    picture.write("A", x: 5, y: height / 2 - 6, color: Self.ink, scale: 2, shadow: true)
    picture.write("P", x: width - 40, y: height / 2 - 6, color: Self.ink, scale: 2, shadow: true)
    picture.write("S", x: width / 2 - 5, y: 5, color: Self.ink, scale: 2, shadow: true)
    picture.write("I", x: width / 2 - 5, y: height - 20, color: Self.ink, scale: 2, shadow: true)
    drawScale(on: &picture, pixel: pixel, length: (top - bottom) > 150 ? 50 : 10)
    return picture
  }

  /// World heights that the sagittal view spans: the cord and a margin, within the image.
  private var extent: (bottom: Double, top: Double) {
    let grid = image.grid
    var field = (low: Double.infinity, high: -Double.infinity)
    for corner in 0..<8 {
      let index = SIMD3(Double(corner & 1), Double(corner >> 1 & 1), Double(corner >> 2 & 1)) * SIMD3<Double>(grid.shape) - 0.5
      field = (min(field.low, grid.world(index).z), max(field.high, grid.world(index).z))
    }
    guard let centerline else { return (field.low, field.high) }
    let ends = [centerline.slices.lowerBound, centerline.slices.upperBound].map { centerline.position(atSlice: Double($0)).z }
    return (max(field.low, ends.min()! - Self.beyond), min(field.high, ends.max()! + Self.beyond))
  }

  private func drawScale(on picture: inout Picture, pixel: Double, length: Double) {
    let pixels = Int((length / pixel).rounded())
    let text = "\(Int(length)) mm"
    picture.fill(x: 6, y: picture.height - 9, width: pixels + 2, height: 4, .black, opacity: 0.6)
    picture.fill(x: 7, y: picture.height - 8, width: pixels, height: 2, Self.ink)
    picture.write(text, x: 7, y: picture.height - 20, color: Self.ink, shadow: true)
  }

  private static func millimetres(_ value: Double) -> String { String(format: "%.1f mm", value) }
}
