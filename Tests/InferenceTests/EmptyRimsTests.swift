import Testing
import Volumes

@testable import Inference

@Suite struct EmptyRimsTests {
  static let grid = Grid(shape: [12, 13, 14], affine: .identity)

  static func speckled(_ grid: Grid) -> Volume { Volume(voxels: (0..<grid.count).map { Float(1 + $0 * 7919 % 251) }, grid: grid) }

  @Test(arguments: [Float(0), -1024]) func paddingIsFound(value: Float) {
    let filled = Self.speckled(Self.grid)
    let padded = filled.box(lower: [-1, 0, -5], shape: [16, 15, 20], fill: value)
    let box = padded.filledBox()
    #expect(box.lower == [1, 0, 5] && box.shape == Self.grid.shape)
    #expect(padded.box(lower: box.lower, shape: box.shape).voxels == filled.voxels)
  }

  @Test func whatIsFilledStaysWhole() {
    let filled = Self.speckled(Self.grid).filledBox()
    #expect(filled.lower == .zero && filled.shape == Self.grid.shape)
    let constant = Volume(repeating: 3, grid: Self.grid).filledBox()
    #expect(constant.lower == .zero && constant.shape == Self.grid.shape)
  }

  /// A corner of zeros is empty up to its edge, single voxels without signal are not; what is bright and constant is tissue.
  @Test func masksEndWhereTheirScanIsEmpty() {
    var scan = Self.speckled(Self.grid)
    for z in 0..<14 { for y in 0..<13 { for x in 0..<12 where x < 4 { scan[x, y, z] = 0 } } }
    (scan[8, 8, 8], scan[8, 9, 8]) = (0, 0)
    for z in 2..<6 { for y in 2..<6 { for x in 7..<11 { scan[x, y, z] = 300 } } }
    var mask = Volume(repeating: 0.5, grid: Self.grid)
    mask.clear(whereEmpty: scan)
    for z in 0..<14 { for y in 0..<13 { for x in 0..<12 { #expect(mask[x, y, z] == (x < 4 ? 0 : 0.5)) } } }
  }

  /// A scan of one slice has no blocks three voxels thick.
  @Test func aSliceHasEmptyCornersToo() {
    let grid = Grid(shape: [8, 8, 1], affine: .identity)
    var scan = Self.speckled(grid)
    for y in 0..<3 { for x in 0..<3 { scan[x, y, 0] = 0 } }
    var mask = Volume(repeating: 1, grid: grid)
    mask.clear(whereEmpty: scan)
    #expect(mask.voxels.filter { $0 == 0 }.count == 9)
  }
}
