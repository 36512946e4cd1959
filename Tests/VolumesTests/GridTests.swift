import Testing
import Volumes

@Suite struct GridTests {
  let grid = Grid(shape: [6, 5, 4], affine: .oblique)

  @Test func matchesWithinItsTolerance() {
    #expect(grid.matches(grid))
    // The tolerance is a fraction of the smallest voxel edge, 0.8 mm.
    var moved = grid
    moved.affine.origin.x += 0.5e-3 * 0.8
    #expect(grid.matches(moved))
    moved.affine.origin.x += 1e-3 * 0.8
    #expect(!grid.matches(moved))
    #expect(grid.matches(moved, tolerance: 0.01))
    #expect(!grid.matches(grid.box(lower: .zero, shape: [6, 5, 3])))
    var turned = grid
    turned.affine.y *= 1.001
    #expect(!grid.matches(turned))
    #expect(!grid.matches(grid.reoriented(to: Orientation(towards: "LPI")!)))
  }

  @Test func boxesKeepWorldPositions() {
    let volume = Volume(on: grid) { $0.x + 3 * $0.y - $0.z }
    let box = volume.box(lower: [2, -1, 1], shape: [3, 4, 5], fill: -7)
    #expect(box.grid.world([0, 1, 0]) == grid.world([2, 0, 1]))
    #expect(box[0, 1, 0] == volume[2, 0, 1] && box[2, 3, 2] == volume[4, 2, 3])
    #expect(box[0, 0, 0] == -7 && box[0, 1, 3] == -7)
    #expect(volume.box(lower: [2, -1, 1], shape: [3, 4, 5], fill: nil)[0, 0, 4] == volume[2, 0, 3])
    let padded = volume.box(lower: [-2, -2, -2], shape: [10, 9, 8])
    #expect(padded.voxels.filter { $0 == 0 }.count >= padded.grid.count - grid.count)
    #expect(padded.box(lower: [2, 2, 2], shape: grid.shape).voxels == volume.voxels)
    #expect(volume.box(lower: [50, 0, 0], shape: [2, 2, 2]).voxels.allSatisfy { $0 == 0 })
  }

  @Test func centerIsTheMeanOfTheCorners() {
    let corners = grid.world(.zero) + grid.world([5, 4, 3])
    #expect((grid.center - corners / 2).length < 1e-12)
  }

  @Test func dividingKeepsTheBox() {
    let grid = Grid(shape: [3, 4, 5], affine: Affine(x: [0.6, 0.8, 0], y: [-1.6, 1.2, 0], z: [0, 0, 3], origin: [5, 6, 7]))
    let fine = grid.divided(into: [2, 3, 1])
    #expect(fine.shape == [6, 12, 5])
    // Edges, half a voxel beyond the outermost centers, stay where they are.
    #expect((grid.world([-0.5, -0.5, -0.5]) - fine.world([-0.5, -0.5, -0.5])).length < 1e-12)
    #expect((grid.world([2.5, 3.5, 4.5]) - fine.world([5.5, 11.5, 4.5])).length < 1e-12)
  }
}
