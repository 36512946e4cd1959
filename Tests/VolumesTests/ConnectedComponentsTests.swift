import Testing
import Volumes

@Suite struct ConnectedComponentsTests {
  static func volume(_ shape: SIMD3<Int>, _ values: [(SIMD3<Int>, Float)]) -> Volume {
    var volume = Volume(repeating: 0, grid: Grid(shape: shape, affine: .identity))
    for (p, value) in values { volume[p.x, p.y, p.z] = value }
    return volume
  }

  @Test func facesTouchEdgesDoNot() {
    let volume = Self.volume([3, 3, 3], [([0, 0, 0], 1), ([1, 0, 0], 1), ([2, 1, 0], 1), ([2, 1, 1], 1), ([2, 1, 2], 1)])
    #expect(volume.connectedComponents(above: 0.5).map(\.count) == [3, 2])
  }

  /// The last voxel of a row and the first of the next are neighbours in memory only.
  @Test func rowsDoNotWrap() {
    let volume = Self.volume([3, 2, 2], [([2, 0, 0], 1), ([0, 1, 0], 1), ([2, 1, 0], 0.2), ([0, 0, 1], 1)])
    #expect(volume.connectedComponents(above: 0.5).map(\.count) == [1, 1, 1])
  }

  @Test func weightCountsNotSize() {
    let faint = (0..<4).map { (SIMD3($0, 0, 0), Float(0.1)) }
    let volume = Self.volume([6, 3, 1], faint + [([5, 2, 0], 1)])
    let largest = volume.keepingLargestComponent(above: 0.05)
    #expect(largest[5, 2, 0] == 1 && largest.voxels.reduce(0, +) == 1)
    #expect(volume.connectedComponents(above: 0.05).map(\.count) == [1, 4])
  }

  @Test func everyVoxelOnce() {
    let grid = Grid(shape: [9, 8, 7], affine: .oblique)
    let volume = Volume(voxels: (0..<grid.count).map { Float($0 * 7919 % 13) }, grid: grid)
    let components = volume.connectedComponents(above: 6)
    let offsets = components.flatMap { $0 }.sorted()
    #expect(offsets == volume.voxels.indices.filter { volume.voxels[$0] > 6 })
  }

  @Test func nothingAboveTheThreshold() {
    let volume = Volume(repeating: 0.5, grid: Grid(shape: [2, 2, 2], affine: .identity))
    #expect(volume.connectedComponents(above: 0.5).isEmpty)
    #expect(volume.keepingLargestComponent(above: 0.5).voxels.allSatisfy { $0 == 0 })
  }
}
