import Morphometry
import Volumes

/// All scans of one person side by side: lengthwise, across, and across close up with the mask's outline.
///
/// Each scan is a column on the same scale: the sagittal plane through a point in the cord (head up, anterior to the left), the
/// scan's own axial plane there seen from the feet (the body's right on the left), and its middle enlarged.
public struct ContactSheet: Sendable {
  /// A scan with what is shown of it.
  public struct Scan: Sendable {
    public var name: String
    public var image, mask: Volume
    /// Where the planes cross, RAS+ world mm.
    public var focus: SIMD3<Double>

    public init(name: String, image: Volume, mask: Volume, focus: SIMD3<Double>) {
      (self.name, self.image, self.mask, self.focus) = (name, image, mask, focus)
    }
  }

  /// Written above the columns.
  public var title: String

  public init(title: String) { self.title = title }

  static let (width, gap, head) = (200, 6, 52)

  /// What one row shows: height in pixels, mm per pixel, how much higher than the focus its middle lies, whether with outline.
  private struct Row {
    let sagittal: Bool
    let height: Int
    let pixel, above: Double
    let outlined: Bool
  }

  private static let rows = [
    Row(sagittal: true, height: 320, pixel: 0.75, above: 10, outlined: false),
    Row(sagittal: true, height: 240, pixel: 0.4, above: 0, outlined: true),
    Row(sagittal: false, height: 200, pixel: 0.6, above: 0, outlined: false),
    Row(sagittal: false, height: 200, pixel: 0.2, above: 0, outlined: false),
    Row(sagittal: false, height: 200, pixel: 0.2, above: 0, outlined: true),
  ]

  /// Draws the picture.
  ///
  /// - Parameter scans: At least one.
  public func picture(of scans: [Scan]) -> Picture {
    precondition(!scans.isEmpty, "a sheet shows at least one scan")
    let height = Self.rows.reduce(Self.head) { $0 + $1.height + Self.gap }
    var page = Picture(width: scans.count * (Self.width + Self.gap) + Self.gap, height: height, color: OverlayLayout.background)
    page.write(title, x: Self.gap + 2, y: 9, color: OverlayLayout.ink, scale: 2)
    for (column, scan) in scans.enumerated() {
      let x = Self.gap + column * (Self.width + Self.gap)
      page.write(scan.name, x: x + 2, y: 36, color: OverlayLayout.ink)
      var y = Self.head
      for row in Self.rows {
        page.draw(view(of: scan, row), x: x, y: y)
        y += row.height + Self.gap
      }
    }
    return page
  }

  private func view(of scan: Scan, _ row: Row) -> Picture {
    let slicing = Slicing(of: scan.image.grid)
    let right = (row.sagittal ? SIMD3(0, -1, 0) : -slicing.right) * row.pixel
    let down = (row.sagittal ? SIMD3(0, 0, -1) : -slicing.anterior) * row.pixel
    let middle = scan.focus - down.normalized * row.above
    let corner = middle - right * (Double(Self.width - 1) / 2) - down * (Double(row.height - 1) / 2)
    let panel = Panel(image: scan.image, mask: scan.mask, width: Self.width, height: row.height, right: right, down: down) {
      corner + Double($0) * down
    }
    let window = row.sagittal || row.pixel > 0.4 ? panel.window : panel.window(reach: Int(12 / row.pixel))
    return panel.picture(windows: Array(repeating: window, count: row.height), marked: row.outlined ? .outline : .nothing)
  }
}
