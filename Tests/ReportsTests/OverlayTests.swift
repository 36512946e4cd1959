import Testing
import Volumes

@testable import Reports

struct OverlayTests {
  /// A gray wedge with a square cord, off the middle: towards the right and the front.
  static let grid = Grid(shape: [40, 44, 24], affine: Affine(spacing: [2, 2, 4], origin: [-40, -44, -48]))
  static let image: Volume = {
    var image = Volume(repeating: 0, grid: grid)
    for z in 0..<24 { for y in 0..<44 { for x in 0..<40 { image[x, y, z] = Float(10 + x + 2 * y) } } }
    return image
  }()
  static let mask: Volume = {
    var mask = Volume(repeating: 0, grid: grid)
    for z in 4..<20 { for y in 26..<30 { for x in 24..<29 { mask[x, y, z] = 1 } } }
    return mask
  }()
  static var overlay: Overlay {
    var overlay = Overlay(title: "phantom")
    overlay.slices = 2
    return overlay
  }

  static let expected = overlay.picture(of: image, mask: mask)

  static func panel(_ mask: Volume) -> Panel {
    // The middle axial plane, one pixel per mm: the patient's right on the left, the front up.
    Panel(image: image, mask: mask, width: 78, height: 86, right: [-1, 0, 0], down: [0, -1, 0]) {
      [38, 42 - Double($0), 0]
    }
  }

  static func isGray(_ color: Color) -> Bool { color.red == color.green && color.green == color.blue }

  @Test func withoutMaskGrayStaysGray() {
    let masked = Self.panel(Self.mask)
    let windows = Array(repeating: Float(0)...Float(140), count: masked.height)
    let plain = Self.panel(Self.mask.map { _ in 0 }).picture(windows: windows)
    let picture = masked.picture(windows: windows)
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        #expect((picture[x, y] == plain[x, y]) == (masked.mask[y * picture.width + x] == 0))
        if !Self.isGray(plain[x, y]) { Issue.record("color without a mask at \(x), \(y)") }
      }
    }
  }

  @Test func maskIsWhereItIsExpected() {
    let picture = Self.panel(Self.mask).picture(windows: Array(repeating: Float(0)...Float(140), count: 86))
    // The cord's middle: voxel (26, 27.5) at world (12, 11): 26 pixels from the left, 31 from the top.
    #expect(!Self.isGray(picture[26, 31]))
    // Not mirrored.
    #expect(Self.isGray(picture[77 - 26, 31]) && Self.isGray(picture[26, 85 - 31]))
    // Softer is fainter.
    let faint = Self.panel(Self.mask.map { 0.3 * $0 }).picture(windows: Array(repeating: Float(0)...Float(140), count: 86))
    #expect(picture[26, 31].red - picture[26, 31].blue > faint[26, 31].red - faint[26, 31].blue)
  }

  @Test(arguments: ["LPS", "PSR", "SAL"]) func storageDoesNotMatter(letters: String) {
    let orientation = Orientation(towards: letters)!
    let expected = Self.expected
    let found = Self.overlay.picture(of: Self.image.reoriented(to: orientation), mask: Self.mask.reoriented(to: orientation))
    #expect(expected.width == found.width && expected.height == found.height)
    // Sums in another order may turn a rounding: one level at most.
    let worst = zip(expected.bytes, found.bytes).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
    #expect(worst <= 1)
  }

  @Test func noCordAndSmallImagesAreShownToo() {
    let empty = Self.overlay.picture(of: Self.image, mask: Self.mask.map { _ in 0 })
    #expect(empty.height > 0)
    // Without the words in the title's line, all is gray or nearly (the page's own dark colors, the marks).
    var words = 0
    for y in 0..<OverlayLayout.titleHeight { for x in 0..<empty.width where empty[x, y] == OverlayColors.contour { words += 1 } }
    #expect(words > 50)
    let single = Grid(shape: [8, 8, 1], affine: Affine(spacing: [1, 1, 5]))
    let picture = Self.overlay.picture(of: Volume(repeating: 1, grid: single), mask: Volume(repeating: 0, grid: single))
    #expect(picture.width > OverlayLayout.tile)
  }
}
