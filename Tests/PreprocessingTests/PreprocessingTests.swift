import Preprocessing
import Testing
import Volumes

@Suite struct PreprocessingTests {
  let preprocessing = Preprocessing(spacing: [0.75, 0.75, 1.5])

  @Test func theWorkingGridKeepsTheFieldOfView() {
    let grid = Grid(shape: [320, 320, 15], affine: Affine(x: [-0.5, 0, 0], y: [0, 0.5, 0], z: [0, 0, 7.5], origin: [80, -70, 12]))
    let working = preprocessing.workingGrid(for: grid)
    #expect(working.orientation == .ras)
    #expect((working.spacing - [0.75, 0.75, 1.5]).length < 1e-12)
    #expect((working.center - grid.center).length < 1e-9)
    // The field of view is kept to within one working voxel.
    let (a, b) = (SIMD3<Double>(grid.shape) * grid.spacing, SIMD3<Double>(working.shape) * working.spacing)
    #expect(abs(a.x - b.x) <= 0.75 && abs(a.y - b.y) <= 0.75 && abs(a.z - b.z) <= 1.5)
  }

  @Test func intensitiesSpanZeroToOne() throws {
    let grid = Grid(shape: [10, 10, 10], affine: .identity)
    var image = Volume(voxels: (0..<1000).map { Float($0) }, grid: grid)
    image.voxels[500] = 1e9  // one hot voxel must not rescale the scan
    let prepared = try Preprocessing(spacing: [1, 1, 1])(image)
    #expect(prepared.voxels.allSatisfy { (0...1).contains($0) })
    #expect(abs(prepared.voxels[400] - 0.4) < 0.01)
  }

  /// Bright CSF in a scan of much air lies above the upper quantile: with headroom it keeps its distance from the cord.
  @Test func headroomKeepsWhatLiesBeyondTheQuantiles() throws {
    var image = Volume(voxels: (0..<1000).map { Float($0) }, grid: Grid(shape: [10, 10, 10], affine: .identity))
    (image.voxels[999], image.voxels[998], image.voxels[0]) = (1e9, 1500, -700)
    var preprocessing = Preprocessing(spacing: [1, 1, 1])
    preprocessing.headroom = 3
    let (range, prepared) = (try preprocessing.intensityRange(of: image), try preprocessing(image))
    func line(_ value: Float) -> Float { (value - range.lowerBound) / (range.upperBound - range.lowerBound) }
    for offset in [0, 1, 400, 998] { #expect(abs(prepared.voxels[offset] - line(image.voxels[offset])) < 1e-5) }
    #expect(prepared.voxels[999] == 4 && prepared.voxels[998] > 1.4 && prepared.voxels[0] < -0.6)
  }

  @Test func theRegionIsACropOfTheWhole() throws {
    let grid = Grid(shape: [20, 24, 16], affine: Affine(spacing: [0.9, 0.8, 2], origin: [-5, 3, 8]))
    let image = Volume(voxels: (0..<grid.count).map { Float(($0 * 7919) % 251) }, grid: grid)
    let whole = try preprocessing(image)
    let region = whole.grid.box(lower: [3, 4, 5], shape: [6, 7, 8])
    let part = try preprocessing(image, within: region)
    let expected = whole.box(lower: [3, 4, 5], shape: [6, 7, 8])
    #expect(zip(part.voxels, expected.voxels).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test(arguments: [Float(0), 3.5]) func constantImagesAreRefused(value: Float) {
    let image = Volume(repeating: value, grid: Grid(shape: [4, 4, 4], affine: .identity))
    #expect(throws: PreprocessingError.constantImage(value: value)) { try preprocessing(image) }
  }

  @Test func aMostlyEmptyScanKeepsItsContrast() throws {
    var image = Volume(repeating: 0, grid: Grid(shape: [30, 30, 30], affine: .identity))
    for i in 0..<20 { image[i, 5, 5] = Float(i) }
    let prepared = try Preprocessing(spacing: [1, 1, 1])(image)
    #expect(prepared.voxels.max() == 1)
  }

  /// Ranks among all voxels, so that storing them in another order changes nothing at all.
  @Test func theRangeIsExactInAnyOrientation() throws {
    let grid = Grid(shape: [13, 17, 19], affine: Affine(spacing: [0.9, 0.8, 2]))
    let image = Volume(voxels: (0..<grid.count).map { Float(($0 * 7919) % 2503) - 900.5 }, grid: grid)
    let sorted = image.voxels.sorted()
    let range = try preprocessing.intensityRange(of: image)
    #expect(range.lowerBound == sorted[Int((Double(grid.count - 1) * preprocessing.clip.lower).rounded())])
    #expect(range.upperBound == sorted[Int((Double(grid.count - 1) * preprocessing.clip.upper).rounded())])
    #expect(try preprocessing.intensityRange(of: image.reoriented(to: Orientation(towards: "IPR")!)) == range)
  }
}
