import Foundation
import Models
import Morphometry
import Numerics
import Simulation
import Testing
import Volumes

@testable import Inference

/// Simulated necks that the shipped model looks at.
enum SimulatedNecks {
  /// A scan around the cord from one vertebral level to another, 44 mm across.
  static func scan(seed: UInt64, _ contrast: Contrast, levels: ClosedRange<Int>, spacing: SIMD3<Double> = [1, 1, 1.5]) -> SimulatedScan {
    var generator = Generator(seed: seed)
    let neck = Neck(generator: &generator)
    let points = (levels.lowerBound...levels.upperBound + 1).map(neck.discPosition)
    let lower = points.reduce(points[0]) { pointwiseMin($0, $1) } - SIMD3(22, 22, 0)
    let upper = points.reduce(points[0]) { pointwiseMax($0, $1) } + SIMD3(22, 22, 0)
    let grid = Grid(shape: SIMD3<Int>(((upper - lower) / spacing).rounded(.up)) &+ 1, affine: Affine(spacing: spacing, origin: lower))
    return acquire(neck, Acquisition(contrast: contrast, grid: grid, seed: seed))
  }
}

@Suite("A band without signal", .serialized) struct GapTests {
  static let contrasts: [Contrast] = [.t2w, .t1w]

  /// The cord on both sides of a band of zeros is found as well as without the band.
  @Test(arguments: contrasts) func bothSidesOfABandAreFound(contrast: Contrast) throws {
    let scan = SimulatedNecks.scan(seed: 31, contrast, levels: 1...11)
    let segmenter = Segmenter(try SegmentationModel(contentsOf: ShippedModel.path), precision: .float32)
    let whole = try segmenter.segment(scan.image).mask
    let (plane, depth) = (scan.image.grid.shape.x * scan.image.grid.shape.y, scan.image.grid.shape.z)
    for (height, length) in contrast == .t2w ? [(0.25, 40.0), (0.6, 20)] : [(0.4, 20.0), (0.75, 40)] {
      let half = length / 2 / scan.image.grid.spacing.z
      let band = Int(height * Double(depth) - half)..<Int(height * Double(depth) + half)
      var image = scan.image
      for offset in band.lowerBound * plane..<band.upperBound * plane { image.voxels[offset] = 0 }
      let result = try segmenter.segment(image)
      for slices in [0..<band.lowerBound, band.upperBound..<depth] {
        func part(_ volume: Volume) -> Volume {
          volume.box(lower: [0, 0, slices.lowerBound], shape: [volume.grid.shape.x, volume.grid.shape.y, slices.count])
        }
        let truth = part(scan.cord)
        let (found, before) = (Agreement(of: part(result.mask), with: truth), Agreement(of: part(whole), with: truth))
        #expect(found.dice > before.dice - 0.03, "band of \(length) mm at \(height), slices \(slices)")
      }
    }
  }

  /// What the cord's course leads to is cord, however small beside the rest; what lies beside it, or far off, is not.
  @Test func theCourseLeadsAcrossAGap() {
    let grid = Grid(shape: [20, 20, 60], affine: Affine(spacing: [4, 4, 4]))
    func fill(_ coarse: inout Volume, _ slices: Range<Int>, x: Int, y: Int = 10, width: Int = 3) {
      for z in slices { for j in y..<y + width { for i in x..<x + width { coarse[i, j, z] = 0.8 } } }
    }
    var coarse = Volume(repeating: 0, grid: grid)
    fill(&coarse, 30..<60, x: 10, width: 6)
    fill(&coarse, 14..<24, x: 10, width: 2)
    let settings = PostProcessing()
    #expect(coarse.cordPieces(settings).cord.count == 2)
    // From that one the course leads further.
    fill(&coarse, 2..<8, x: 12, width: 2)
    #expect(coarse.cordPieces(settings).cord.count == 3)
    // Beside the cord.
    fill(&coarse, 40..<48, x: 2, width: 2)
    let (cord, others) = coarse.cordPieces(settings)
    #expect(cord.count == 3 && others.count == 1)
    // No course leads there.
    var far = Volume(repeating: 0, grid: grid)
    fill(&far, 30..<60, x: 10, width: 6)
    fill(&far, 24..<28, x: 0, width: 2)
    fill(&far, 0..<4, x: 10, width: 2)
    #expect(far.cordPieces(settings).cord.count == 1 && far.cordPieces(settings).others.count == 2)
  }

  @Test func whatIsLeftOutAboveOrBelowIsNamed() {
    let grid = Grid(shape: [10, 10, 40], affine: Affine(spacing: [1, 1, 2], origin: [0, 0, -30]))
    var soft = Volume(repeating: 0, grid: grid)
    for z in 20..<40 { for y in 3..<7 { for x in 3..<7 { soft[x, y, z] = 0.95 } } }
    let kept = soft
    for z in 2..<12 { for y in 3..<7 { for x in 3..<7 { soft[x, y, z] = 0.6 } } }
    let piece = (0..<grid.count).filter { soft.voxels[$0] == 0.6 }
    let leftOut = [LeftOut(piece, of: soft)!]
    let remarks = kept.remarks(on: leftOut, least: 100)
    #expect(remarks.count == 1 && remarks[0].contains("320 mm³ between z = -26 and -8 mm"))
    #expect(kept.remarks(on: leftOut, least: 400).isEmpty)
    // Beside the cord it is something else.
    #expect(soft.remarks(on: leftOut, least: 100).isEmpty)
  }
}

@Suite("Axes that are misnamed", .serialized) struct AxesTests {
  @Test func directions() throws {
    func cord(_ direction: SIMD3<Double>, length: Double = 90) -> Volume {
      let grid = Grid(shape: [60, 60, 60], affine: Affine(spacing: [2, 2, 2], origin: [-59, -59, -59]))
      return Volume(
        voxels: (0..<grid.count).map { offset in
          let place = grid.world([Double(offset % 60), Double(offset / 60 % 60), Double(offset / 3600)])
          let along = place.dot(direction)
          return abs(along) < length / 2 && (place - along * direction).length < 5 ? 0.9 : 0
        }, grid: grid)
    }
    #expect(cord([0, 0.5, 0.75.squareRoot()]).remarkOnAxes == nil)
    let tilted = try #require(cord([0, 0.72, (1 - 0.72 * 0.72).squareRoot()]).remarkOnAxes)
    #expect(tilted.contains("46°") && tilted.contains("anterior–posterior") && tilted.contains("misnamed"))
    #expect(try #require(cord([1, 0, 0]).remarkOnAxes).contains("right–left"))
    // Too short to tell.
    #expect(cord([1, 0, 0], length: 30).remarkOnAxes == nil)
  }

  /// A sagittal scan whose header says nothing (an identity affine), and one whose header is pitched, are noticed.
  @Test func scansWithWrongHeadersAreNoticed() throws {
    let scan = SimulatedNecks.scan(seed: 32, .t2w, levels: 1...8, spacing: [1, 1, 1]).image.reoriented(to: Orientation(towards: "PSR")!)
    let segmenter = Segmenter(try SegmentationModel(contentsOf: ShippedModel.path), precision: .float32)
    func says(_ affine: Affine) throws -> String {
      do {
        return try segmenter.segment(Volume(voxels: scan.voxels, grid: Grid(shape: scan.grid.shape, affine: affine))).notes.joined(
          separator: "; ")
      } catch let error as InferenceError { return "\(error)" }
    }
    #expect(try says(scan.grid.affine) == "")
    #expect(try says(.identity).contains("misnamed"))
    let (sine, cosine) = (sin(46 * Double.pi / 180), cos(46 * Double.pi / 180))
    for sign in [1.0, -1] {
      let pitch = Affine(x: [1, 0, 0], y: [0, cosine, sign * sine], z: [0, -sign * sine, cosine], origin: .zero)
      // Never a mask without a word: where the cord is not seen at this pitch, that is said.
      let said = try says(pitch.after(scan.grid.affine))
      #expect(said.contains("misnamed") || said.contains("no spinal cord was found"), "\(said)")
    }
  }
}
