import Models
import Networks
import Preprocessing
import Tensors
import Testing
import Volumes

@testable import Inference

@Suite struct WindowTests {
  static func window(at corner: SIMD3<Int>, of patch: SIMD3<Int>, holds point: SIMD3<Int>) -> Bool {
    let place = point &- corner
    return place.min() >= 0 && all(place .< patch)
  }

  @Test func everyVoxelOfABoxIsCovered() {
    let box = (x: -3..<50, y: 0..<17, z: 5..<200)
    let windows = Windows.covering(box, patch: [16, 32, 48], overlap: 0.25)
    func covered(_ point: SIMD3<Int>) -> Bool { windows.contains { Self.window(at: $0, of: [16, 32, 48], holds: point) } }
    for x in stride(from: -3, to: 50, by: 4) {
      for y in 0..<17 { for z in stride(from: 5, to: 200, by: 7) { #expect(covered([x, y, z])) } }
    }
  }

  @Test func neighbouringWindowsOverlapAsAsked() {
    let positions = Windows.positions(covering: 0..<300, size: 64, overlap: 0.5)
    #expect(positions.first == 0 && positions.last == 300 - 64)
    #expect(zip(positions, positions.dropFirst()).allSatisfy { $1 - $0 <= 32 })
  }

  @Test func aSmallBoxGetsOneCenteredWindow() {
    #expect(Windows.positions(covering: 10..<20, size: 16, overlap: 0.5) == [7])
  }

  @Test(arguments: [(32, 1), (38, 1), (39, 2), (80, 3), (86, 3), (87, 4)])
  func aLittleMayStayUncoveredWhereItSparesAWindow(length: Int, count: Int) {
    let positions = Windows.positions(covering: 5..<5 + length, size: 32, overlap: 0.25, spare: 3)
    #expect(positions.count == count)
    #expect(positions.first! - 5 <= 3 && 5 + length - (positions.last! + 32) <= 3)
    #expect(zip(positions, positions.dropFirst()).allSatisfy { $1 - $0 <= 24 })
  }

  /// A cord tilted by 45° through a tall volume: each of its voxels, with the margin, is seen.
  @Test func windowsFollowATiltedCord() {
    let (patch, shape, margin) = (SIMD3(32, 32, 40), SIMD3(64, 300, 300), SIMD3(8, 8, 10))
    // The last third is missing every other slice: gaps are bridged.
    let cord = (20..<250).filter { $0 < 170 || $0 % 2 == 0 }.map { SIMD3(32, $0, $0) }
    let windows = Windows.following(cord, margin: margin, patch: patch, shape: shape)
    let beside = SIMD3(margin.x / 2, margin.y / 2, 0)
    for point in cord {
      let seen = windows.contains { window in
        Self.window(at: window, of: patch, holds: point &- beside) && Self.window(at: window, of: patch, holds: point &+ beside)
      }
      #expect(seen)
    }
    let lowest = windows.map(\.z).min()!
    let highest = windows.map { $0.z + patch.z }.max()!
    #expect(lowest <= 10 && highest >= 259)
    #expect(windows.count < 40)
  }

  /// Through the last slice of what was looked at, or through its side where the cord leans; not where the scan is over.
  @Test func aCordThatLeavesTheWindowsIsFollowed() {
    let (patch, window) = (SIMD3(16, 16, 16), SIMD3(22, 22, 40))
    func ways(_ slices: Range<Int>, depth: Int = 100, leaning: Int = 0) -> [[SIMD3<Int>]] {
      let grid = Grid(shape: [60, 60, depth], affine: Affine(spacing: [0.75, 0.75, 1.5], origin: [3, 4, 5]))
      var soft = Volume(repeating: 0, grid: grid.box(lower: window, shape: patch))
      for z in slices {
        for side in -1...1 { soft[8, 8 + side + leaning * (z - slices.lowerBound), z] = 0.9 }
      }
      return Windows.continuations(of: soft, in: grid, seenThrough: [window], patch: patch, step: 4)
    }
    let (low, high) = ((0...4).map { SIMD3(30, 30, 40 - $0) }, (0...4).map { SIMD3(30, 30, 55 + $0) })
    #expect(ways(0..<16) == [low, high])
    #expect(ways(0..<16, depth: 56) == [low])
    #expect(ways(5..<11).isEmpty)
    // Only the upper end, six slices up, is at a side.
    #expect(ways(4..<11).isEmpty && ways(4..<11, leaning: 1) == [(0...4).map { SIMD3(30, 36 + $0, 50 + $0) }])
  }

  @Test func noPointsNoWindows() {
    #expect(Windows.following([], margin: .one, patch: [8, 8, 8], shape: [8, 8, 8]).isEmpty)
  }
}

@Suite struct SegmenterTests {
  /// A network whose output is a known function of its input: all weights zero but the last bias, so every voxel is 0.75.
  static func stage(spacing: SIMD3<Double> = [1, 1, 1]) throws -> LoadedNetwork {
    let configuration = UNetConfiguration(
      features: [2, 2], strides: [[1, 1, 1], [2, 2, 2]], kernels: [[3, 3, 3], [3, 3, 3]], convolutionsPerStage: 1,
      convolutionsPerDecoderStage: 1, deepSupervision: false)
    let network = try UNet(configuration, seed: 1, on: .cpu)
    try withoutGradients { for (_, tensor) in network.parameters { try tensor.fill(0) } }
    try network.expect(occupancy: 0.75)
    let description = StageDescription(
      preprocessing: Preprocessing(spacing: spacing), network: configuration, activation: .sigmoid, patch: [16, 16, 16])
    return LoadedNetwork(description, network: network, on: .cpu)
  }

  static func settings(edge: Double, piece: Double, confidence: Float) -> PostProcessing {
    var settings = PostProcessing()
    (settings.edgeWidth, settings.smallestPiece, settings.minimumConfidence) = (edge, piece, confidence)
    return settings
  }

  @Test func blendingConstantWindowsGivesTheConstant() throws {
    let grid = Grid(shape: [20, 37, 25], affine: Affine(spacing: [1, 1, 1]))
    let image = Volume(voxels: (0..<grid.count).map { Float($0 % 97) }, grid: grid)
    let model = SegmentationModel(
      localizer: nil, segmenter: try Self.stage(), provenance: Provenance(name: "test", generatedBy: "", date: ""))
    let result = try Segmenter(model).segment(image)
    #expect(result.mask.grid == grid)
    #expect(result.mask.voxels.allSatisfy { abs($0 - 0.75) < 1e-6 })
    #expect(result.windows > 1)
  }

  @Test func theMaskLiesOnTheScansOwnGrid() throws {
    // Storage axes: towards left, superior, posterior; oblique and anisotropic.
    let affine = Affine(x: [-0.5, 0.02, 0], y: [0, 0.1, 3], z: [0.02, -0.6, 0.05], origin: [10, 20, -30])
    let grid = Grid(shape: [40, 9, 30], affine: affine)
    let image = Volume(voxels: (0..<grid.count).map { Float($0 % 89) }, grid: grid)
    let model = SegmentationModel(
      localizer: nil, segmenter: try Self.stage(), provenance: Provenance(name: "test", generatedBy: "", date: ""))
    let mask = try Segmenter(model).segment(image).mask
    #expect(mask.grid == grid)
    #expect(mask.voxels.allSatisfy { abs($0 - 0.75) < 1e-5 })
  }

  @Test func constantImagesAreRefused() throws {
    let model = SegmentationModel(
      localizer: nil, segmenter: try Self.stage(), provenance: Provenance(name: "test", generatedBy: "", date: ""))
    let empty = Volume(repeating: 0, grid: Grid(shape: [8, 8, 8], affine: .identity))
    #expect(throws: PreprocessingError.constantImage(value: 0)) { try Segmenter(model).segment(empty) }
  }

  @Test func aLocalizerThatSeesNothingSaysSo() throws {
    let blind = try Self.stage()
    // A strongly negative bias of the last layer: occupancy 0 everywhere.
    try withoutGradients {
      for (name, tensor) in blind.network.parameters where name.hasSuffix("seg_layers.0.bias") { try tensor.fill(-20) }
    }
    let model = SegmentationModel(
      localizer: blind, segmenter: try Self.stage(), provenance: Provenance(name: "test", generatedBy: "", date: ""))
    let grid = Grid(shape: [16, 16, 16], affine: .identity)
    let image = Volume(voxels: (0..<grid.count).map { Float($0 % 7) }, grid: grid)
    let segmenter = Segmenter(model)
    #expect(throws: InferenceError.noCord(searchedEverywhere: false)) { try segmenter.segment(image) }
    segmenter.searchesEverywhere = true
    #expect(try segmenter.segment(image).mask.voxels.count == grid.count)
  }

  /// A network that says the same of everything is sure, whichever way it looks.
  @Test func aConstantIsCertain() throws {
    let grid = Grid(shape: [20, 37, 25], affine: Affine(spacing: [1, 1, 1]))
    let image = Volume(voxels: (0..<grid.count).map { Float($0 % 97) }, grid: grid)
    let segmenter = Segmenter(
      SegmentationModel(localizer: nil, segmenter: try Self.stage(), provenance: Provenance(name: "test", generatedBy: "", date: "")))
    #expect(try segmenter.segment(image).uncertainty == nil)
    segmenter.findsUncertainty = true
    let uncertainty = try #require(try segmenter.segment(image).uncertainty)
    #expect(uncertainty.map.grid == grid)
    // Moved windows leave out a rim of four voxels, which no cord reaches.
    let inside = uncertainty.map.box(lower: [4, 4, 0], shape: [12, 29, 25])
    #expect(inside.voxels.allSatisfy { $0 < 1e-3 })
  }

  @Test func looksThatDifferAreUncertain() {
    let grid = Grid(shape: [2, 1, 1], affine: .identity)
    var disagreement = ViewDisagreement(Volume(voxels: [0, 0.8], grid: grid))
    for _ in 0..<3 { disagreement.add(Volume(voxels: [1, 0.8], grid: grid)) }
    // Of 0, 1, 1, 1: √(3/16).
    #expect(abs(disagreement.deviation.voxels[0] - 0.4330) < 1e-4 && disagreement.deviation.voxels[1] < 1e-3)
    #expect(abs(disagreement.volumeSpread - 0.4330 / 1.55) < 1e-4)
  }

  @Test("How sure a mask is, its inside says: not its edge, nor the slices in which it fades, nor where the field of view cuts it")
  func confidenceOfTheInside() {
    let grid = Grid(shape: [12, 12, 5], affine: .identity)
    func disk(at x: Int, inside: Float) -> Volume {
      var mask = Volume(repeating: 0, grid: grid)
      for z in 0..<2 {
        for (i, j) in (0..<12).flatMap({ i in (0..<12).map { (i, $0) } }) {
          let distance = Double((i - x) * (i - x) + (j - 6) * (j - 6)).squareRoot()
          mask[i, j, z] = distance < 3 ? inside : distance < 4 ? 0.6 : 0
        }
      }
      for z in 2..<5 { for i in x..<x + 3 { for j in 5..<8 { mask[i, j, z] = 0.6 } } }
      return mask
    }
    #expect(disk(at: 6, inside: 0.95).confidence(above: 0.9) == 1)
    #expect(disk(at: 0, inside: 0.95).confidence(above: 0.9) == 1)
    // What is nowhere sure is no cord, whatever a few voxels say.
    var doubtful = disk(at: 6, inside: 0.8)
    doubtful[7, 6, 3] = 0.95
    #expect(doubtful.confidence(above: 0.9) == 0)
    #expect(Volume(repeating: 0, grid: grid).confidence(above: 0.9) == 0)
  }

  /// Faint voxels stay beside a cord, as far along each axis as an edge may reach.
  @Test func hazeFarFromTheCordIsLeftOut() {
    let grid = Grid(shape: [30, 24, 20], affine: Affine(spacing: [1, 0.5, 2]))
    var soft = Volume(repeating: 0.2, grid: grid)
    for z in 5..<9 { soft[10, 12, z] = 0.8 }
    for x in [25, 28] { soft[x, 20, 15] = 0.6 }
    var expected = soft
    for z in 0..<20 {
      for y in 0..<24 {
        for x in 0..<30 {
          let beside = (7...13).contains(x) && (6...18).contains(y) && (3...10).contains(z)
          let other = (22...29).contains(x) && (14...23).contains(y) && (13...17).contains(z)
          if !beside && !other { expected[x, y, z] = 0 }
        }
      }
    }
    soft.keepEdges(Self.settings(edge: 3, piece: 0, confidence: 0))
    #expect(soft.voxels == expected.voxels)
    var haze = Volume(repeating: 0.4, grid: grid)
    haze.keepEdges(Self.settings(edge: 3, piece: 0, confidence: 0))
    #expect(haze.voxels.allSatisfy { $0 == 0 })
    // Specks are haze, unless there is nothing else.
    var (specks, one) = (Volume(repeating: 0, grid: Grid(shape: [9, 9, 9], affine: .identity)), [SIMD3(8, 8, 8)])
    for x in 0..<3 { one.append(SIMD3(x, 1, 1)) }
    for place in one { specks[place.x, place.y, place.z] = 0.9 }
    var alone = specks
    specks.keepEdges(Self.settings(edge: 1, piece: 2, confidence: 0))
    #expect(specks.voxels.count { $0 > 0 } == 3 && specks[8, 8, 8] == 0)
    alone.keepEdges(Self.settings(edge: 1, piece: 100, confidence: 0))
    #expect(alone.voxels == specks.voxels)
  }

  /// A piece of mask apart from the cord stays where the model is sure of it, and goes where it is not.
  @Test(arguments: [0.95, 0.8] as [Float]) func whatBeginsAnewMustBeSure(inside: Float) {
    var soft = Volume(repeating: 0, grid: Grid(shape: [9, 9, 40], affine: .identity))
    func fill(_ slices: Range<Int>, _ value: Float) {
      for z in slices { for y in 3..<6 { for x in 3..<6 { soft[x, y, z] = value } } }
    }
    fill(20..<40, 0.95)
    fill(2..<8, inside)
    soft.keepEdges(Self.settings(edge: 1, piece: 10, confidence: 0.25))
    #expect(soft[4, 4, 30] == 0.95 && soft[4, 4, 5] == (inside > 0.9 ? inside : 0))
    // The largest piece stays, sure or not.
    var doubtful = Volume(repeating: 0, grid: soft.grid)
    doubtful[4, 4, 4] = 0.7
    doubtful.keepEdges(Self.settings(edge: 1, piece: 10, confidence: 0.25))
    #expect(doubtful[4, 4, 4] == 0.7)
  }

  /// What is found where a cord is expected, but with three quarters at most, is none; who looks everywhere gets it.
  @Test func aCordThatIsNowhereSureIsNone() throws {
    let model = SegmentationModel(
      localizer: try Self.stage(spacing: [4, 4, 4]), segmenter: try Self.stage(),
      provenance: Provenance(name: "test", generatedBy: "", date: ""))
    let grid = Grid(shape: [32, 32, 32], affine: .identity)
    let segmenter = Segmenter(model)
    let image = Volume(voxels: (0..<grid.count).map { Float($0 % 7) }, grid: grid)
    #expect { try segmenter.segment(image) } throws: {
      guard case InferenceError.doubtful(let confidence, _) = $0 else { return false }
      return confidence == 0
    }
    segmenter.searchesEverywhere = true
    #expect(try segmenter.segment(image).mask.voxels.count == grid.count)
  }

  @Test func sidesThatTheCordReachesHaveNames() {
    // Axes run towards the left, the head and the back.
    let grid = Grid(shape: [5, 6, 7], affine: Affine(x: [-1, 0, 0], y: [0, 0, 2], z: [0, -1, 0], origin: .zero))
    var mask = Volume(repeating: 0, grid: grid)
    for y in 0..<6 { mask[2, y, 3] = 0.9 }
    #expect(mask.sidesReached() == [.inferior, .superior])
    mask[0, 3, 3] = 0.6
    mask[2, 3, 6] = 0.6
    #expect(mask.sidesReached() == [.right, .posterior, .inferior, .superior])
    #expect(Volume(repeating: 0.4, grid: grid).sidesReached().isEmpty)
  }
}
