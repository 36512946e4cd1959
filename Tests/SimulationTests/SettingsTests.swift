import Foundation
import Numerics
import Settings
import Testing

@testable import Simulation

/// The standard settings with some of them replaced, as from a file.
func changed(_ changes: [String: Any]) throws -> SimulationSettings {
  let text = String(decoding: try JSONSerialization.data(withJSONObject: changes), as: UTF8.self)
  let settings = try Settings.decode(text, path: "settings", over: SimulationSettings.standard)
  try settings.validate()
  return settings
}

@Test("The standard settings are valid, and change nothing when nothing is changed")
func standardSettings() throws {
  try SimulationSettings.standard.validate()
  #expect(try changed([:]) == .standard)
  #expect(SimulationSettings.standard.properties.isEmpty)
  let json = try JSONEncoder().encode(SimulationSettings.standard)
  #expect(try JSONDecoder().decode(SimulationSettings.self, from: json) == .standard)
}

@Test("What is given is changed, and nothing else")
func changedSettings() throws {
  let contrast: [String: Any] = ["spacing": [1, 1, 1.1], "artefacts": ["metal": ["probability": 1]]]
  let settings = try changed([
    "protocols": ["T2w": contrast], "tissues": ["csf": ["t1": 4000]], "fieldStrengths": [1.5, 7], "pathologies": ["compression": 0.5],
  ])
  #expect(settings.protocols["T2w"]!.spacing == [1, 1, 1.1])
  #expect(settings.protocols["T2w"]!.artefacts["metal"] == Rate(1, 0.3, 1))
  #expect(settings.protocols["T1w"] == ScanProtocol.standard(.t1w))
  #expect(settings.properties.count == 1 && settings.properties[.csf]!.t1 == 4000)
  #expect(settings.fieldStrengths == [1.5, 7])
  var generator = Generator(seed: 1)
  let drawn = (0..<200).map { _ in settings.drawnPathology(&generator) }
  #expect((70...130).contains(drawn.filter { $0 == .compression }.count) && Set(drawn) == [.none, .compression])
}

@Test("Unknown keys are named, with their place")
func unknownKeys() {
  #expect {
    try changed(["tissue": [:] as [String: Any]])
  } throws: { "\($0)".hasPrefix("settings: tissue is no key; expected fieldStrengths, pathologies, protocols, tissues") }
  #expect {
    try changed(["protocols": ["T2w": ["artefacts": ["gibbs": ["probability": 1]]]]])
  } throws: { "\($0)".hasPrefix("settings: protocols.T2w.artefacts.gibbs is no key; expected distortion") }
  #expect { try changed(["pathologies": ["scoliosis": 0.5]]) } throws: { "\($0)".contains("pathologies.scoliosis is no key") }
}

@Test(
  "Impossible values are refused",
  arguments: [
    ("protocols.T2w.spacing", ["protocols": ["T2w": ["spacing": [0.8, -0.8, 0.8]]]]),
    ("protocols.T2w.spacing", ["protocols": ["T2w": ["spacing": [0.8, 0.8]]]]),
    ("protocols.T2star.matrix", ["protocols": ["T2star": ["matrix": [20, 448, 15]]]]),
    ("protocols.T2star.front", ["protocols": ["T2star": ["front": 200]]]),
    ("protocols.T1w.plane", ["protocols": ["T1w": ["plane": 3]]]),
    ("protocols.T1w.plane", ["protocols": ["T1w": ["plane": "coronal"]]]),
    ("protocols.T1w.slicewise", ["protocols": ["T1w": ["slicewise": 1.5]]]),
    ("protocols.T1w.disc", ["protocols": ["T1w": ["disc": "C3"]]]),
    ("tissues.csf", ["tissues": ["csf": ["t2": 0]]]),
    ("pathologies", ["pathologies": ["lesion": 0.7, "atrophy": 0.7]]),
    ("fieldStrengths", ["fieldStrengths": [Double]()]),
  ] as [(String, [String: any Sendable])])
func impossible(path: String, changes: [String: any Sendable]) {
  do {
    _ = try changed(changes)
    Issue.record("accepted \(changes)")
  } catch { #expect("\(error)".contains(path), "\(error)") }
}

@Test("The sidecar says what was scanned")
func facts() throws {
  var generator = Generator(seed: 5)
  let neck = Neck(generator: &generator)
  var makers: Set<String> = []
  for contrast in Contrast.named {
    let facts = Acquisition.standard(contrast, for: neck, generator: &generator).facts
    makers.insert(facts.manufacturer)
    #expect(facts.magneticFieldStrength == 3 && facts.repetitionTime < 6 && facts.echoTime < 0.2)
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(facts)) as! [String: Any]
    #expect(
      json["FlipAngle"] != nil && json["Manufacturer"] != nil && (json["MTState"] != nil) == (contrast == .mtOn || contrast == .mtOff))
    // Stored as LAS: axial images have their phase from left to right, the others from front to back.
    #expect(facts.phaseEncodingDirection.prefix(1) == ([.t2star, .mtOn, .mtOff].contains(contrast) ? "i" : "j"))
  }
  // One person, one scanner.
  #expect(makers.count == 1)
}
