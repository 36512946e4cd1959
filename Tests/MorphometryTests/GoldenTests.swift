import Foundation
import Testing
import Volumes

@testable import Morphometry

/// Against numpy and scipy: tools/golden/morphometry.py.
struct GoldenTests {
  struct Blob: Decodable {
    let shape: [Int]
    let columns, position, tangent: [[Double]]
    let origin, area, ap, rl: [Double]
    let hundredths: [Int]
  }

  /// Voxels are single precision there and back; lengths are of some 10 mm.
  static let tolerance = 1e-4

  @Test func softBentBlobOnAnObliqueGrid() throws {
    let url = try #require(Bundle.module.url(forResource: "Golden/blob", withExtension: "json"))
    let blob = try JSONDecoder().decode(Blob.self, from: Data(contentsOf: url))
    let affine = Affine(
      x: SIMD3(blob.columns[0]), y: SIMD3(blob.columns[1]), z: SIMD3(blob.columns[2]), origin: SIMD3(blob.origin))
    let mask = Volume(
      voxels: blob.hundredths.map { Float($0) / 100 }, grid: Grid(shape: SIMD3(blob.shape), affine: affine))
    let centerline = try Centerline(of: mask)
    for measurement in try Morphometry.measure(mask: mask) {
      let slice = measurement.slice
      let section = try #require(measurement.section)
      #expect((section.center - SIMD3(blob.position[slice])).length < Self.tolerance)
      #expect((centerline.tangent(atSlice: Double(slice)) - SIMD3(blob.tangent[slice])).length < Self.tolerance)
      #expect(abs(section.area - blob.area[slice]) < Self.tolerance)
      #expect(abs(section[.apDiameterEllipse]!.value - blob.ap[slice]) < Self.tolerance)
      #expect(abs(section[.rlDiameterEllipse]!.value - blob.rl[slice]) < Self.tolerance)
    }
  }
}
