import Numerics
import Simulation
import Testing
import Volumes

@testable import Inference

@Suite("Noise of any brightness around the body")
struct EmptyNoiseTests {
  private let grid = Grid(shape: [64, 48, 40], affine: Affine(spacing: .one, origin: .zero))

  /// Distance of each voxel from the middle of the ball, mm.
  private var radii: [Double] {
    (0..<grid.count).map { offset in
      let (x, y, z) = (offset % 64, offset / 64 % 48, offset / 3072)
      let place = SIMD3(Double(x), Double(y), Double(z))
      return (place - SIMD3(32, 24, 20)).length
    }
  }

  /// A ball with a bright core and a little noise, in what `air` draws.
  private func ball(air: (inout Generator) -> Float) -> Volume {
    var generator = Generator(seed: 5)
    let voxels = radii.map { radius -> Float in
      let noise = Float(generator.normal(0, 0.03))
      if radius < 6 { return 1 + noise }
      return radius < 16 ? 0.5 + noise : air(&generator)
    }
    return Volume(voxels: voxels, grid: grid)
  }

  @Test func becomesDark() {
    let scan = ball { Float($0.uniform(0, 1)) }
    let seen = scan.withoutEmptyNoise()
    var (dark, far, lost) = (0, 0, 0)
    for (offset, radius) in radii.enumerated() {
      if radius < 13 { #expect(seen.voxels[offset] == scan.voxels[offset]) }
      if radius < 16, seen.voxels[offset] != scan.voxels[offset] { lost += 1 }
      // A block of four voxels reaches this far.
      if radius > 16 + 4 * 3.0.squareRoot() {
        far += 1
        if seen.voxels[offset] < 0.01 { dark += 1 }
      }
    }
    #expect(far > 5000 && dark > far * 99 / 100)
    // Of the ball's 17,000 voxels, those at its surface.
    #expect(lost < 3400, "\(lost)")
  }

  @Test("Noise of a magnitude, Gaussian noise, a scan of noise alone and a simulated scan stay as they are")
  func others() {
    func magnitude(_ generator: inout Generator) -> Float {
      let (a, b) = generator.normalPair()
      return 0.1 * (a * a + b * b).squareRoot()
    }
    var generator = Generator(seed: 6)
    let scans: [Volume] = [
      ball(air: magnitude), ball { Float($0.normal(0, 0.15)) },
      Volume(voxels: (0..<grid.count).map { _ in magnitude(&generator) }, grid: grid),
      Volume(voxels: (0..<grid.count).map { _ in Float(generator.uniform(0, 1)) }, grid: grid), trainingScan(seed: 8).image,
      trainingScan(seed: 9).image, cordlessScan(seed: 3),
    ]
    for scan in scans { #expect(scan.withoutEmptyNoise().voxels == scan.voxels) }
  }
}
