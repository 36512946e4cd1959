import Testing
import Volumes

@Suite struct OrientationTests {
  @Test func lettersAgreeWithNibabel() throws {
    let golden: [Golden.Letters] = try Golden.load("orientations.json")
    #expect(golden.count == 60)
    for item in golden {
      let orientation = Orientation(of: Affine(rows: item.affine))
      #expect(orientation.towards == item.towards)
      #expect(orientation == Orientation(sct: item.sct))
    }
  }

  @Test func twoWorldsOfLetters() {
    #expect(Orientation(towards: "LAS") == Orientation(sct: "RPI"))
    #expect(Orientation(towards: "ras") == .ras)
    for letters in ["", "RA", "RASS", "RAX", "RRS", "RLS", "LR"] { #expect(Orientation(towards: letters) == nil, "\(letters)") }
    for orientation in orientations { #expect(Orientation(towards: orientation.towards) == orientation) }
    #expect(Set(orientations).count == 48)
  }

  /// Any way there and back is the identity, and every voxel stays where it is in the world.
  @Test(arguments: orientations)
  func reorientingMovesNothing(_ orientation: Orientation) {
    let grid = Grid(shape: [4, 3, 5], affine: .oblique)
    let volume = Volume(voxels: (0..<60).map(Float.init), grid: grid)
    let there = volume.reoriented(to: orientation)
    #expect(there.grid.orientation == orientation)
    #expect(there.grid == grid.reoriented(to: orientation))
    let back = there.reoriented(to: grid.orientation)
    #expect(back.voxels == volume.voxels && back.grid.matches(grid, tolerance: 1e-9))
    let toOld = grid.affine.inverse.after(there.grid.affine)
    for z in 0..<there.grid.shape.z {
      for y in 0..<there.grid.shape.y {
        for x in 0..<there.grid.shape.x {
          let old = toOld([Double(x), Double(y), Double(z)])
          let whole = old.rounded(.toNearestOrEven)
          #expect((old - whole).length < 1e-9)
          #expect(there[x, y, z] == volume[Int(whole.x), Int(whole.y), Int(whole.z)])
        }
      }
    }
  }
}
