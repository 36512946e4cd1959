import Numerics
import Testing
import Volumes

@testable import Simulation

/// The weights of sections in a mean over a bent cord change a little with its bends.
private let areaTolerance = 1e-4

@Test("Anatomy is changed as asked, and a cord that does not fit is refused")
func anatomySettings() throws {
  var generator = Generator(seed: 4)
  let neck = Neck(generator: &generator)
  var changed = neck
  changed.apply(AnatomySettings(cordArea: 0.8, canalArea: 1.2, flexion: 20))
  for level in 2...8 { #expect(abs(changed.trueArea(level: level) / neck.trueArea(level: level) - 0.8) < areaTolerance) }
  #expect(changed.canal.section(at: 60).area > 1.19 * neck.canal.section(at: 60).area)
  // Forward flexion: the head lies further to the front of the chest than it did.
  func lead(_ neck: Neck) -> Double { neck.cord.section(at: 0).center.y - neck.cord.section(at: 200).center.y }
  #expect(lead(changed) > lead(neck) + 10)
  try AnatomySettings(cordArea: 1.5).validate()
  #expect(throws: SettingsError.self) { try AnatomySettings(cordArea: 4).validate() }
  #expect(throws: SettingsError.self) { try AnatomySettings(girth: 0).validate() }
  #expect(throws: SettingsError.self) { try AnatomySettings(seam: -1).validate() }
}

@Test("A seam of the ligament darkens CSF beside the cord, and leaves cord and truth alone")
func seam() {
  var generator = Generator(seed: 4)
  let neck = Neck(generator: &generator)
  var seamed = neck
  seamed.apply(AnatomySettings(seam: 1.5))
  let shape = SIMD3(40, 40, 10)
  let half = (SIMD3<Double>(shape) - 1) / 2 * SIMD3(0.5, 0.5, 5)
  var acquisition = Acquisition(
    contrast: .mtOn, grid: Grid(shape: shape, affine: Affine(spacing: [0.5, 0.5, 5], origin: neck.discPosition(5) - half)),
    signalToNoise: 1e6, coil: 0, variation: 0, seed: 3)
  acquisition.blur = .zero
  let (plain, changed) = (acquire(neck, acquisition), acquire(seamed, acquisition))
  #expect(changed.cord.voxels == plain.cord.voxels)
  var (darker, brighter) = (0, 0)
  for offset in plain.cord.voxels.indices {
    let ratio = changed.image.voxels[offset] / plain.image.voxels[offset]
    if plain.cord.voxels[offset] == 1 || plain.canal.voxels[offset] == 0 { #expect(abs(ratio - 1) < 1e-3) }
    if ratio < 0.95 { darker += 1 } else if ratio > 1.05 { brighter += 1 }
  }
  // About 2 voxels on each side of every slice; it may take the place of a darker rootlet.
  #expect(darker > 20 && darker < 200 && brighter < darker / 4)
}
