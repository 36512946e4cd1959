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
}
