import Foundation
import Testing

@testable import Augmentation

@Suite struct AugmentationSettingsTests {
  func decoded(_ json: String) throws -> AugmentationSettings { try JSONDecoder().decode(AugmentationSettings.self, from: Data(json.utf8)) }

  @Test(arguments: AugmentationSet.allCases) func settingsComeBackAsTheyWent(_ set: AugmentationSet) throws {
    var settings = set == .none ? AugmentationSettings.none : AugmentationSettings()
    settings.set = set
    if set == .softcord { settings.rotation = 0.3 }
    let encoded = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(AugmentationSettings.self, from: encoded) == settings)
  }

  @Test func numbersOfAnotherSetAreRefused() {
    #expect(throws: DecodingError.self) { try decoded(#"{"set": "paper", "rotation": 0.2}"#) }
  }
}
