import Foundation
import Numerics
import Volumes

/// Uneven signal of moving CSF: smooth patches that are darker or brighter, and a slow change along the cord.
struct CSFFlow: Sendable {
  /// How much of the signal the darkest patches lose, and the SD of the rest.
  var loss, unevenness: Float
  /// Swing of the signal's logarithm along the cord, and where in the noise it begins.
  private let swing, phase: Float

  init(_ acquisition: Acquisition) {
    loss = Float(0.7 * acquisition.artefacts.flowVoids)
    unevenness = Float(0.03 + 0.3 * acquisition.artefacts.pulsation)
    swing = Float(acquisition.artefacts.inflow)
    phase = Float(acquisition.seed % 1000)
  }

  /// The factor at a place in the CSF.
  @inline(__always) func callAsFunction(_ place: SIMD3<Float>, _ noise: Texture.Sampler) -> Float {
    let drift = noise(place.x / 7, place.y / 7, place.z / 26)
    let level = max(0, 1 + unevenness * drift - loss * max(0, 2.4 * drift))
    return swing == 0 ? level : level * exp(swing * noise(phase, place.y / 60, place.z / 26))
  }
}

/// Turns anatomy into signal.
struct Painter: Sendable {
  let stations: Stations
  let texture: Texture
  let body: Body
  /// Instead of the body, around the canal.
  let backdrop: Backdrop.Placed?
  let lesions: [Neck.Lesion]
  /// In the middle of the slab; while a slice is painted, in that slice.
  var signals: Signals
  let ends: SlabEnds?
  let flow: CSFFlow

  /// Mean signal of every voxel.
  ///
  /// - Parameters:
  ///   - acquisition: Grid and position of the person.
  ///   - cord, canal: Occupancies of the whole tubes: the tissue around them is sampled, they are integrated.
  func paint(_ acquisition: Acquisition, cord: [Float], canal: [Float]) -> Volume {
    let grid = acquisition.grid
    var image = Volume(repeating: 0, grid: grid)
    let shown = acquisition.shownSlices
    let plane = grid.shape.x * grid.shape.y
    parallelFor(parts: plane, of: &image.voxels) { z, out in
      texture.withSampler { noise in
        stations.withLocator { locator in
          let anatomy = Anatomy(locator: locator, noise: noise, body: body)
          var painter = self
          if let ends { painter.signals = ends.signals(signals, slice: z) }
          painter.paint(
            acquisition.placed(z..<z + 1, shown: shown), at: z * plane, cord: cord, canal: canal, anatomy: anatomy, into: out.baseAddress!)
        }
      }
    }
    return image
  }

  private func paint(
    _ grid: Grid, at start: Int, cord: [Float], canal: [Float], anatomy: Anatomy, into out: UnsafeMutablePointer<Float>
  ) {
    let spacing = grid.spacing
    // The background is sampled at places spread over the voxel. Where the first ones agree there is no border to smooth.
    let places = Self.places(spacing)
    let axes = (SIMD3<Float>(grid.affine.x), SIMD3<Float>(grid.affine.y), SIMD3<Float>(grid.affine.z))
    let shifts = places.map { axes.0 * $0.x + axes.1 * $0.y + axes.2 * $0.z }
    let few = (shifts.count + 1) / 2
    let (grainRate, patchRate) = (1 / signals.grain, 1 / signals.patch)
    let patchy = signals.patches.contains { $0 != 0 }
    cord.withUnsafeBufferPointer { cord in
      canal.withUnsafeBufferPointer { canal in
        signals.mean.withUnsafeBufferPointer { mean in
          signals.texture.withUnsafeBufferPointer { grain in
            signals.patches.withUnsafeBufferPointer { patches in
              for y in 0..<grid.shape.y {
                for x in 0..<grid.shape.x {
                  let offset = start + grid.offset(x, y, 0)
                  let (inCord, inCanal) = (cord[offset], max(canal[offset], cord[offset]))
                  let center = SIMD3<Float>(grid.world(SIMD3(Double(x), Double(y), 0)))
                  var signal: Float = 0
                  if inCanal < 1 {
                    var (sum, first, uniform, taken) = (Float(0), -1, true, 0)
                    for shift in shifts {
                      if taken == few && uniform { break }
                      taken += 1
                      let point = center + shift
                      let place = anatomy.locator(point)
                      let tissue = backdrop.map { $0.tissue(at: place) } ?? anatomy.tissue(at: place).rawValue
                      if first < 0 { first = tissue } else if tissue != first { uniform = false }
                      if mean[tissue] == 0 { continue }
                      let fine = point * grainRate
                      let speckle = anatomy.noise(fine.x, fine.y, fine.z)
                      var level = 1 + 1.8 * grain[tissue] * speckle
                      if patchy && anatomy.noise(point.x * patchRate + 9, point.y * patchRate, point.z * patchRate) > 0 {
                        level += patches[tissue]
                      }
                      sum += mean[tissue] * max(0, level)
                    }
                    signal += (1 - inCanal) * sum / Float(taken)
                  }
                  if inCanal > inCord {
                    let patch = anatomy.noise(center.x * patchRate + 9, center.y * patchRate, center.z * patchRate)
                    let share = patchy && patch > 0 ? signals.patches[Tissue.csf.rawValue] : 0
                    let csf = signals[.csf] * flow(center, anatomy.noise) * (1 + share)
                    signal += (inCanal - inCord) * max(0, csf + rootSignal(center, grid: grid, anatomy: anatomy))
                  }
                  if inCord > 0 { signal += inCord * cordSignal(center, grid: grid, anatomy: anatomy) }
                  signal += 4 * inCord * (1 - inCord) * signals.rim
                  out[x + grid.shape.x * y] = max(0, signal)
                }
              }
            }
          }
        }
      }
    }
  }

  /// Places of the samples in a voxel, in voxels from its center: evenly over its longest edge, and turned about it, so that
  /// they do not lie in one plane. The first half is spread over the voxel like the whole.
  static func places(_ spacing: SIMD3<Double>) -> [SIMD3<Float>] {
    // Voxels below half a millimeter need no smoothing.
    if spacing.max() < 0.5 { return [.zero] }
    let count = min(8, max(4, 2 * Int((spacing.max() / 1.7).rounded(.up))))
    let long = spacing.z == spacing.max() ? 2 : spacing.y == spacing.max() ? 1 : 0
    let corners: [SIMD2<Float>] = [[-0.25, -0.25], [0.25, 0.25], [-0.25, 0.25], [0.25, -0.25]]
    let order = Array(stride(from: 0, to: count, by: 2)) + Array(stride(from: 1, to: count, by: 2))
    return order.enumerated().map { index, slot in
      let corner = corners[index % 4]
      let along = (Float(slot) + 0.5) / Float(count) - 0.5
      return long == 2 ? [corner.x, corner.y, along] : long == 1 ? [corner.x, along, corner.y] : [along, corner.x, corner.y]
    }
  }

  /// Signal of the cord's tissue: white matter with the gray butterfly, averaged over the voxel.
  private func cordSignal(_ center: SIMD3<Float>, grid: Grid, anatomy: Anatomy) -> Float {
    let parts = 2
    let axes = (SIMD3<Float>(grid.affine.x), SIMD3<Float>(grid.affine.y), SIMD3<Float>(grid.affine.z))
    var matter = SIMD2<Float>.zero
    for c in 0..<parts {
      for b in 0..<parts {
        for a in 0..<parts {
          let shift = (SIMD3(Float(a), Float(b), Float(c)) + 0.5) / Float(parts) - 0.5
          let place = anatomy.locator(center + axes.0 * shift.x + axes.1 * shift.y + axes.2 * shift.z)
          matter += anatomy.locator.cordMatter(place)
        }
      }
    }
    matter /= Float(parts * parts * parts)
    // Texture of the cord runs along it.
    let fine = center / (signals.grain * [1, 1, 2.7])
    let speckle = anatomy.noise(fine.x, fine.y, fine.z)
    var mean =
      signals[.whiteMatter] + matter.x * (signals[.grayMatter] - signals[.whiteMatter])
      + matter.y * (signals[.csf] - signals[.whiteMatter])
    if !lesions.isEmpty {
      let place = anatomy.locator(center)
      let halves = cordHalves(place.station)
      for lesion in lesions {
        let weight = lesion.weight(place.s, place.u, place.v, cord: halves)
        mean += weight * (signals[.csf] - mean)
      }
    }
    let coarse = center / signals.patch
    let patch = anatomy.noise(coarse.x + 9, coarse.y, coarse.z) > 0 ? signals.patches[Tissue.whiteMatter.rawValue] : 0
    return mean * (1 + signals.texture[Tissue.whiteMatter.rawValue] * 1.8 * speckle + patch)
  }

  @inline(__always) private func cordHalves(_ station: Int) -> SIMD2<Float> { stations.cordHalves[station] }

  /// Mean signal of what floats in the CSF, relative to the CSF's own, averaged over the voxel.
  private func rootSignal(_ center: SIMD3<Float>, grid: Grid, anatomy: Anatomy) -> Float {
    let parts = 2
    let axes = (SIMD3<Float>(grid.affine.x), SIMD3<Float>(grid.affine.y), SIMD3<Float>(grid.affine.z))
    var sum: Float = 0
    for c in 0..<parts {
      for b in 0..<parts {
        for a in 0..<parts {
          let shift = (SIMD3(Float(a), Float(b), Float(c)) + 0.5) / Float(parts) - 0.5
          let place = anatomy.locator(center + axes.0 * shift.x + axes.1 * shift.y + axes.2 * shift.z)
          sum += signals[anatomy.locator.thecalTissue(place, noise: anatomy.noise, seam: Float(body.seam))]
        }
      }
    }
    return sum / Float(parts * parts * parts) - signals[.csf]
  }
}
