import Dispatch
import Foundation
import Volumes

/// Uneven signal of moving CSF: smooth patches that are darker or brighter.
struct CSFFlow: Sendable {
  /// How much of the signal the darkest patches lose, and the SD of the rest.
  var loss, unevenness: Float

  init(_ contrast: Contrast, generator g: inout Generator) {
    let voids = contrast == .t2w || contrast == .random
    loss = voids && g.chance(0.4) ? Float(g.uniform(0.1, 0.6)) : 0
    unevenness = Float(g.uniform(0.05, 0.25))
  }
}

/// Turns anatomy into signal.
struct Painter: Sendable {
  let stations: Stations
  let texture: Texture
  let body: Body
  let lesions: [Neck.Lesion]
  let signals: Signals
  let flow: CSFFlow

  /// Mean signal of every voxel.
  ///
  /// - Parameters:
  ///   - acquisition: Grid and position of the person.
  ///   - cord, canal: Occupancies of the whole tubes: the tissue around them is sampled, they are integrated.
  func paint(_ acquisition: Acquisition, cord: [Float], canal: [Float]) -> Volume {
    let grid = acquisition.grid
    var image = Volume(repeating: 0, grid: grid)
    let plane = grid.shape.x * grid.shape.y
    image.voxels.withUnsafeMutableBufferPointer { out in
      // Slices are disjoint, so writing them at the same time is safe.
      nonisolated(unsafe) let out = out
      DispatchQueue.concurrentPerform(iterations: grid.shape.z) { z in
        texture.withSampler { noise in
          stations.withLocator { locator in
            let anatomy = Anatomy(locator: locator, noise: noise, body: body)
            paint(
              acquisition.placed(z..<z + 1), at: z * plane, cord: cord, canal: canal, anatomy: anatomy, into: out.baseAddress! + z * plane)
          }
        }
      }
    }
    return image
  }

  private func paint(
    _ grid: Grid, at start: Int, cord: [Float], canal: [Float], anatomy: Anatomy, into out: UnsafeMutablePointer<Float>
  ) {
    let spacing = grid.spacing
    // Samples of the background: one per small voxel, more along a thick edge.
    let counts = SIMD3(Self.samples(spacing.x), Self.samples(spacing.y), Self.samples(spacing.z))
    let axes = (SIMD3<Float>(grid.affine.x), SIMD3<Float>(grid.affine.y), SIMD3<Float>(grid.affine.z))
    let steps = (axes.0 / Float(counts.x), axes.1 / Float(counts.y), axes.2 / Float(counts.z))
    let corner = (steps.0 - axes.0 + steps.1 - axes.1 + steps.2 - axes.2) * 0.5
    let total = 1 / Float(counts.x * counts.y * counts.z)
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
                    var sum: Float = 0
                    for c in 0..<counts.z {
                      for b in 0..<counts.y {
                        for a in 0..<counts.x {
                          let point = center + corner + steps.0 * Float(a) + steps.1 * Float(b) + steps.2 * Float(c)
                          let tissue = anatomy.tissue(at: anatomy.locator(point)).rawValue
                          if mean[tissue] == 0 { continue }
                          let fine = point * grainRate
                          let speckle = anatomy.noise(fine.x, fine.y, fine.z)
                          var level = 1 + 1.8 * grain[tissue] * speckle
                          if patchy && anatomy.noise(point.x * patchRate + 9, point.y * patchRate, point.z * patchRate) > 0 {
                            level += patches[tissue]
                          }
                          sum += mean[tissue] * max(0, level)
                        }
                      }
                    }
                    signal += (1 - inCanal) * sum * total
                  }
                  if inCanal > inCord {
                    let drift = anatomy.noise(center.x / 7, center.y / 7, center.z / 26)
                    let level = max(0, 1 + flow.unevenness * drift - flow.loss * max(0, 2.4 * drift))
                    let patch = anatomy.noise(center.x * patchRate + 9, center.y * patchRate, center.z * patchRate)
                    let share = patchy && patch > 0 ? signals.patches[Tissue.csf.rawValue] : 0
                    signal += (inCanal - inCord) * signals[.csf] * level * (1 + share)
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

  static func samples(_ spacing: Double) -> Int { min(4, max(1, Int((spacing / 1.7).rounded(.up)))) }

  /// Signal of the cord's tissue: white matter with the gray butterfly, averaged over the voxel.
  private func cordSignal(_ center: SIMD3<Float>, grid: Grid, anatomy: Anatomy) -> Float {
    let parts = 2
    let axes = (SIMD3<Float>(grid.affine.x), SIMD3<Float>(grid.affine.y), SIMD3<Float>(grid.affine.z))
    var gray: Float = 0
    for c in 0..<parts {
      for b in 0..<parts {
        for a in 0..<parts {
          let shift = (SIMD3(Float(a), Float(b), Float(c)) + 0.5) / Float(parts) - 0.5
          let place = anatomy.locator(center + axes.0 * shift.x + axes.1 * shift.y + axes.2 * shift.z)
          gray += Self.grayMatter(place, halves: cordHalves(place.station))
        }
      }
    }
    gray /= Float(parts * parts * parts)
    // Texture of the cord runs along it.
    let fine = center / (signals.grain * [1, 1, 2.7])
    let speckle = anatomy.noise(fine.x, fine.y, fine.z)
    var mean = signals[.whiteMatter] + gray * (signals[.grayMatter] - signals[.whiteMatter])
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

  /// Whether a place in the cord is gray matter: horns and the bridge between them.
  private static func grayMatter(_ place: Stations.Place, halves: SIMD2<Float>) -> Float {
    let (x, y) = (abs(place.u) / halves.x, place.v / halves.y)
    if place.s < -12 { return 0.25 }
    // Front horn, back horn, bridge.
    let (fx, fy) = ((x - 0.30) / 0.17, (y - 0.22) / 0.30)
    if fx * fx + fy * fy < 1 { return 1 }
    let along = (0.05 - y) / 0.66
    if along > 0 && along < 1 && abs(x - 0.20 - 0.22 * along) < 0.085 { return 1 }
    if x < 0.3 && abs(y - 0.03) < 0.08 { return 1 }
    return 0
  }
}
