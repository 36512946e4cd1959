import Foundation

/// How the people of a cohort differ from the population.
public struct AnatomySettings: Sendable, Hashable, Codable {
  /// Area of the cord and of the dural canal, relative to what is drawn.
  public var cordArea, canalArea: Double
  /// Width of the neck and size of the bones, relative to what is drawn.
  public var girth, bones: Double
  /// Added forward tilt of the head, and added lordosis (less than 0: lost), degrees.
  public var flexion, lordosis: Double
  /// How far the denticulate ligament reaches out from both sides of the cord all along it, mm; 0 leaves its teeth alone.
  public var seam: Double

  /// The population as it is.
  public static let standard = AnatomySettings()

  /// Settings; each parameter is explained at its property.
  public init(
    cordArea: Double = 1, canalArea: Double = 1, girth: Double = 1, bones: Double = 1, flexion: Double = 0, lordosis: Double = 0,
    seam: Double = 0
  ) {
    (self.cordArea, self.canalArea, self.girth, self.bones) = (cordArea, canalArea, girth, bones)
    (self.flexion, self.lordosis, self.seam) = (flexion, lordosis, seam)
  }

  /// Refuses what no neck can be.
  ///
  /// - Throws: ``SettingsError/impossible(path:found:expected:)``, as for a cord wider than its canal.
  public func validate() throws(SettingsError) {
    func check(_ condition: Bool, _ key: String, _ found: Double, _ expected: String) throws(SettingsError) {
      if !condition { throw .impossible(path: "anatomy." + key, found: "\(found)", expected: expected) }
    }
    for (key, value) in [("cordArea", cordArea), ("canalArea", canalArea), ("girth", girth), ("bones", bones)] {
      try check(value >= 0.2 && value <= 5, key, value, "0.2 to 5")
    }
    for (key, value) in [("flexion", flexion), ("lordosis", lordosis)] { try check(abs(value) <= 40, key, value, "-40 to 40 degrees") }
    try check((0...4).contains(seam), "seam", seam, "0 to 4 mm")
    let (cord, canal) = (cordArea.squareRoot(), canalArea.squareRoot())
    let mean = Population.mean
    for place in 0..<10 * Population.quarters {
      let fits = mean.cordAP[place] * cord < mean.canalAP[place] * canal && mean.cordRL[place] * cord < mean.canalRL[place] * canal
      let level = Population.levels[place / Population.quarters]
      try check(fits, "cordArea", cordArea, "a cord that fits into its canal (canalArea \(canalArea)); at \(level) it is wider")
    }
  }
}

extension Neck {
  /// Changes the person as the settings say.
  public mutating func apply(_ anatomy: AnatomySettings) {
    guard anatomy != .standard else { return }
    let (cord, canal) = (anatomy.cordArea.squareRoot(), anatomy.canalArea.squareRoot())
    (cordAP, cordRL) = (cordAP.map { $0 * cord }, cordRL.map { $0 * cord })
    (canalAP, canalRL) = (canalAP.map { $0 * canal }, canalRL.map { $0 * canal })
    body.girth *= anatomy.girth
    body.bones *= anatomy.bones
    body.seam = anatomy.seam
    // Down to C7 the neck follows the head; what a lordosis turns forwards above it turns back below.
    let (flexion, lordosis) = (anatomy.flexion * .pi / 180, anatomy.lordosis * .pi / 180)
    for i in bends.indices {
      let place = bends[i].place
      bends[i].tilt += flexion * min(max((120 - place) / 110, 0), 1) - lordosis * exp(-pow((place - 60) / 40, 2))
    }
  }
}
