import Foundation
import Numerics
import Volumes

/// From the signal of the tissue to the stored magnitude: coil, bias, ghosts, noise, k-space that is weighted and ends, slices gone wrong.
struct Readout {
  let acquisition: Acquisition
  let coil: Coil
  let bias: Bias
  let field: UnevenField
  let ends: SlabEnds?

  /// - Parameters:
  ///   - signal: Mean signal of every voxel of the acquisition's grid.
  ///   - moving: Signal of what moves with the heart on the same grid: the CSF.
  /// - Returns: The magnitude image.
  func callAsFunction(_ signal: Volume, moving: [Float]) -> Volume {
    let artefacts = acquisition.artefacts
    var real = signal
    shade(&real)
    ends?.fold(&real.voxels, plane: real.grid.shape.x * real.grid.shape.y)
    if artefacts.ghosting > 0 || artefacts.pulsation > 0 { ghost(&real, moving: moving) }
    // Partial sampling costs resolution along the phase encoding first. What weights k-space smooths signal and noise alike: neighboring
    // voxels share noise, as in real scans.
    let kernels = (0..<3).map { axis in
      Kernel.truncation(share: 1 - [0.2, 0.35, 0][axis] * artefacts.ringing).convolved(with: Kernel.gaussian(sd: acquisition.blur[axis]))
    }
    // A single slice has no neighbors to share noise with.
    let kept = kernels.indices.map { signal.grid.shape[$0] == 1 ? 1 : Kernel.noise(kernels[$0]) }
    let noise = Float(1 / acquisition.signalToNoise) / (kept[0] * kept[1] * kept[2])
    var imaginary = Volume(repeating: 0, grid: signal.grid)
    addNoise(noise, to: &real, &imaginary)
    for axis in 0..<3 {
      real.convolve(axis: axis, taps: kernels[axis])
      imaginary.convolve(axis: axis, taps: kernels[axis])
    }
    if artefacts.zipper > 0 { zip(&real) }
    for i in real.voxels.indices {
      real.voxels[i] = (real.voxels[i] * real.voxels[i] + imaginary.voxels[i] * imaginary.voxels[i]).squareRoot()
    }
    if artefacts.quotient > 0 { scatter(&real) }
    if artefacts.smoothing > 0 { real.blur(sd: artefacts.smoothing / signal.grid.spacing) }
    return real
  }

  /// Coil, bias, lost signal and the factors of the slices.
  private func shade(_ image: inout Volume) {
    let grid = image.grid
    let factors = acquisition.sliceFactors
    parallelFor(parts: grid.shape.x * grid.shape.y, of: &image.voxels) { z, out in
      let step = SIMD3<Float>(grid.affine.x)
      for y in 0..<grid.shape.y {
        let row = SIMD3<Float>(grid.world(SIMD3(0, Double(y), Double(z))))
        for x in 0..<grid.shape.x {
          let i = y * grid.shape.x + x
          if out[i] == 0 { continue }
          let p = row + step * Float(x)
          out[i] *= coil(p) * bias(p) * factors[z] * (field.loses ? field.signal(at: p) : 1)
        }
      }
    }
  }

  private func addNoise(_ noise: Float, to real: inout Volume, _ imaginary: inout Volume) {
    // Every slice draws from its own stream, so threads do not change the result.
    parallelFor(parts: real.grid.shape.x * real.grid.shape.y, of: &real.voxels, &imaginary.voxels) { z, real, imaginary in
      var generator = Generator(seed: acquisition.seed, stream: Acquisition.Stream.noise, UInt64(z))
      for i in real.indices {
        let (a, b) = generator.normalPair()
        real[i] += noise * a
        imaginary[i] = noise * b
      }
    }
  }

  /// Adds copies along the phase encoding: motion that repeats every n-th line of k-space lands a part of the signal 1/n of
  /// the field of view away, wrapped around.
  private func ghost(_ image: inout Volume, moving: [Float]) {
    var generator = Generator(seed: acquisition.seed, stream: Acquisition.Stream.ghosts)
    let (nx, ny) = (image.grid.shape.x, image.grid.shape.y)
    let source = image.voxels
    let copies = (0..<3).map { order in
      // Higher harmonics fade.
      let fade = 1 / Double(1 + order)
      return (
        shift: Int(generator.uniform(0.08, 0.5) * Double(ny)),
        whole: Float(acquisition.artefacts.ghosting * fade * generator.uniform(-0.12, 0.12)),
        moving: Float(acquisition.artefacts.pulsation * fade * generator.uniform(-0.3, 0.3))
      )
    }
    for z in 0..<image.grid.shape.z {
      // Every slice catches the motion in another phase.
      let phase = Float(generator.uniform(-1, 1))
      for y in 0..<ny {
        let to = nx * (y + ny * z)
        for copy in copies {
          for turn in [copy.shift, ny - copy.shift] {
            let from = nx * ((y + turn) % ny + ny * z)
            for x in 0..<nx {
              let part = copy.whole * source[from + x] + copy.moving * moving[from + x]
              if part != 0 { image.voxels[to + x] += phase * part }
            }
          }
        }
      }
    }
  }

  /// Gives what is no more than noise any brightness up to a share of the brightest tissue's.
  private func scatter(_ image: inout Volume) {
    var generator = Generator(seed: acquisition.seed, stream: Acquisition.Stream.quotient)
    let noise = Float(1 / acquisition.signalToNoise)
    let top = Float(acquisition.artefacts.quotient) * (image.voxels.max() ?? 0)
    for i in image.voxels.indices {
      // Certain noise below 2 standard deviations, certain signal above 5.
      let share = min(max((5 - image.voxels[i] / noise) / 3, 0), 1)
      if share > 0 { image.voxels[i] += share * (top * Float(generator.uniform(0, 1)) - image.voxels[i]) }
    }
  }

  /// Lines of interference across the frequency encoding.
  private func zip(_ image: inout Volume) {
    var generator = Generator(seed: acquisition.seed, stream: Acquisition.Stream.zipper)
    let shape = image.grid.shape
    for _ in 0..<Int(generator.uniform(1, 4)) {
      let x = Int(generator.uniform(0, Double(shape.x)))
      let height = Float(acquisition.artefacts.zipper * generator.uniform(0.3, 1.5))
      for z in 0..<shape.z {
        for y in 0..<shape.y { image[x, y, z] += height * Float(generator.uniform(-1, 1)) }
      }
    }
  }
}
