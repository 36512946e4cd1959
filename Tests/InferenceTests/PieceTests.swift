import Models
import Networks
import Preprocessing
import Tensors
import Testing
import Volumes

@testable import Inference

/// Which pieces of what the localizer found are the cord.
@Suite struct PieceTests {
  /// A bright piece far from where the cord was found goes; the cord stays, also where an artefact cuts it in two.
  @Test func piecesFarFromTheCordAreLeftOut() {
    let grid = Grid(shape: [30, 10, 20], affine: Affine(spacing: [1, 1, 2], origin: [-7, 3, 5]))
    var soft = Volume(repeating: 0.02, grid: grid)
    for z in 0..<20 where z != 9 { for x in 4..<8 { soft[x, 5, z] = 0.9 } }
    let cord = soft
    for z in 3..<9 { for x in 20..<24 { soft[x, 5, z] = 0.8 } }
    let places = (0..<20).map { grid.world([6, 5, Double($0)]) }
    soft.keepCord(above: 0.1, near: places, within: 4)
    for x in 20..<24 { #expect(soft[x, 5, 5] == 0) }
    for z in 0..<20 { #expect(soft[5, 5, z] == cord[5, 5, z]) }
  }

  /// A vein that the localizer took for cord, too, lies beside the cord: one of them is none, and it is the smaller one.
  @Test func whatLiesBesideTheCordIsLeftOut() {
    let grid = Grid(shape: [30, 10, 20], affine: Affine(spacing: [1, 1, 2], origin: [-7, 3, 5]))
    var soft = Volume(repeating: 0, grid: grid)
    for z in 0..<14 { for x in 4..<8 { soft[x, 5, z] = 0.9 } }
    for z in 15..<20 { for x in 9..<12 { soft[x, 5, z] = 0.9 } }
    let cord = soft
    for z in 3..<12 { for x in 20..<24 { soft[x, 5, z] = 0.8 } }
    let places = (0..<20).flatMap { z in [6.0, 10, 22].map { grid.world([$0, 5, Double(z)]) } }
    soft.keepCord(above: 0.1, near: places, within: 4)
    #expect(soft.voxels == cord.voxels)
  }

  /// A vein that is larger than the cord, and that the localizer saw a little of: where it saw most, there is the cord.
  @Test func aLargeVeinIsNoCord() {
    let grid = Grid(shape: [30, 12, 40], affine: Affine(spacing: [1, 1, 2], origin: [-7, 3, 5]))
    var soft = Volume(repeating: 0, grid: grid)
    for z in 0..<40 { for x in 4..<8 { soft[x, 5, z] = 0.9 } }
    let cord = soft
    for z in 0..<30 { for y in 2..<10 { for x in 18..<26 { soft[x, y, z] = 0.9 } } }
    let places = (0..<40).map { grid.world([6, 5, Double($0)]) } + (0..<5).map { grid.world([22, 5, Double($0)]) }
    soft.keepCord(above: 0.1, near: places, within: 4)
    #expect(soft.voxels == cord.voxels)
  }
}

@Suite struct LengtheningTests {
  /// A few slices become many by repeating the ones at the ends, whichever axis runs from foot to head; many stay as they are.
  @Test(arguments: ["RAS", "IPR", "LSA"]) func fewSlicesAreRepeated(axes: String) throws {
    var scan = Volume(repeating: 0, grid: Grid(shape: [4, 5, 3], affine: Affine(spacing: [1, 1, 4])))
    for i in scan.voxels.indices { scan.voxels[i] = Float(i / 20) }
    scan = scan.reoriented(to: try #require(Orientation(towards: axes)))
    let long = scan.lengthened(where: 30, to: 60).reoriented(to: .ras)
    #expect(long.grid.shape == [4, 5, 15])
    #expect((0..<15).map { long[2, 2, $0] } == [Float](repeating: 0, count: 7) + [1] + [Float](repeating: 2, count: 7))
    #expect((long.grid.affine.inverse(SIMD3(0, 0, 4)) - SIMD3(0, 0, 7)).length < 1e-9)
    #expect(scan.lengthened(where: 12, to: 60).grid == scan.grid)
  }
}
