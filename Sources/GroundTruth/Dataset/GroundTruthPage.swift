import Foundation
import NIfTI
import Registration
import Reports
import Volumes

/// A person's picture: each contrast with its rater's mask and with the soft mask, and how well the contrasts agree along the cord.
struct GroundTruthPage {
  private static let (tile, gap, side) = (168, 6, 34.0)
  private static let palette = [
    Color(95, 190, 255), Color(255, 170, 60), Color(120, 220, 120), Color(240, 110, 160), Color(190, 150, 255), Color(240, 230, 100),
  ]

  let person: GroundTruthInput
  /// What the refined recipe found; `nil` for the published one.
  let examined: Preparation?
  let output: GroundTruthOutput

  /// Writes `figures/<person>.png`.
  func write() throws {
    let ink = Color(235, 235, 235)
    var rows: [(title: String, tiles: [Picture])] = []
    for contrast in person.contrasts {
      guard let maskPath = contrast.mask, let image = try? NIfTI.read(contrast.image.location).volume,
        let mask = try? NIfTI.read(maskPath).volume, mask.grid.shape == image.grid.shape
      else { continue }
      let soft = try? NIfTI.read(try output.path(contrast, suffix: "probseg") + ".nii.gz").volume
      let slices = MaskSlice.whole(of: mask)
      guard !slices.isEmpty else { continue }
      let tiles = [1, 2, 3].map { slices[min($0 * slices.count / 4, slices.count - 1)] }.flatMap { slice in
        [Self.tile(image, mask, slice)] + (soft.map { [Self.tile(image, $0, slice)] } ?? [])
      }
      let left = examined?.contrasts.first { $0.name == contrast.name }?.disagreement
      rows.append((contrast.name + (left == nil ? "" : "  left out: \(left!)"), tiles))
    }
    guard !rows.isEmpty else { return }
    let width = 6 * (Self.tile + Self.gap) + Self.gap
    let plot = examined.map { Self.agreement($0, width: width - 2 * Self.gap) }
    let height = 30 + rows.count * (Self.tile + 20) + (plot.map { $0.height + Self.gap } ?? 0)
    var page = Picture(width: width, height: height, color: Color(18, 20, 24))
    page.write("\(person.name)   each pair: rater's mask, soft mask", x: 8, y: 8, color: ink, scale: 2)
    for (k, row) in rows.enumerated() {
      let y = 30 + k * (Self.tile + 20)
      page.write(String(row.title.prefix(width / 6 - 4)), x: 8, y: y + 4, color: Self.palette[k % Self.palette.count])
      for (j, tile) in row.tiles.enumerated() { page.draw(tile, x: Self.gap + j * (Self.tile + Self.gap), y: y + 16) }
    }
    if let plot { page.draw(plot, x: Self.gap, y: 30 + rows.count * (Self.tile + 20)) }
    try page.write(to: "\(output.folder)/figures/\(person.name).png")
  }

  /// A square of a slice around the cord, the mask's edge drawn over it.
  private static func tile(_ image: Volume, _ mask: Volume, _ slice: MaskSlice) -> Picture {
    let pixel = side / Double(tile)
    let corner = slice.center + SIMD3(side / 2, side / 2, 0) - SIMD3(pixel / 2, pixel / 2, 0)
    let grid = Grid(
      shape: SIMD3(tile, tile, 1),
      affine: Affine(x: [-pixel, 0, 0], y: [0, -pixel, 0], z: [0, 0, 1e-3], origin: corner))
    let (gray, share) = (image.resampled(onto: grid).voxels, mask.resampled(onto: grid).voxels)
    let sorted = gray.sorted()
    let (black, white) = (sorted[sorted.count / 50], sorted[sorted.count - 1 - sorted.count / 50])
    var picture = Picture(width: tile, height: tile)
    for i in gray.indices {
      let (x, y) = (i % tile, i / tile)
      func at(_ x: Int, _ y: Int) -> Float { share[min(max(y, 0), tile - 1) * tile + min(max(x, 0), tile - 1)] }
      let base = Color(gray: (gray[i] - black) / max(white - black, 1e-6))
      let tinted = base.mixed(with: Color(255, 120, 0), 0.25 * share[i])
      let (dx, dy) = ((at(x + 1, y) - at(x - 1, y)) / 2, (at(x, y + 1) - at(x, y - 1)) / 2)
      let slope = (dx * dx + dy * dy).squareRoot()
      let line = slope > 1e-4 ? min(max(1.2 - abs(share[i] - 0.5) / slope, 0), 1) : 0
      picture[x, y] = tinted.mixed(with: Color(255, 236, 130), line)
    }
    return picture
  }

  /// Area of every contrast's mask along the cord, as drawn.
  private static func agreement(_ person: Preparation, width: Int) -> Picture {
    let height = 190
    var plot = Picture(width: width, height: height, color: Color(28, 31, 36))
    plot.write("area of each mask along the cord, mm2; feet left, head right", x: 6, y: 6)
    let sections = person.contrasts.flatMap(\.sections)
    guard let low = sections.map(\.place).min(), let high = sections.map(\.place).max(), high > low else { return plot }
    let top = (sections.map(\.contour.area).max() ?? 100) * 1.05
    func y(_ area: Double) -> Int { height - 8 - Int(area / top * Double(height - 30)) }
    for area in stride(from: 20.0, to: top, by: 20) {
      plot.fill(x: 28, y: y(area), width: width - 34, height: 1, .white, opacity: 0.15)
      plot.write("\(Int(area))", x: 4, y: y(area) - 4, color: Color(150, 156, 165))
    }
    for (k, contrast) in person.contrasts.enumerated() {
      for section in contrast.sections {
        let x = 30 + Int((section.place - low) / (high - low) * Double(width - 40))
        let size = section.length > 2 ? 4 : 2
        plot.fill(x: x, y: y(section.contour.area), width: size, height: size, palette[k % palette.count], opacity: 0.9)
      }
    }
    return plot
  }
}
