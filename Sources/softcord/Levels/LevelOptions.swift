import ArgumentParser
import Morphometry
import Pipeline

/// Options of every command that finds levels.
struct LevelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Least probability of the numbering; what is less sure is not told.", valueName: "p"))
  var least = LevelSettings().minimumProbability

  @Option(help: ArgumentHelp("One known vertebra, its middle at a height of the scan's world in mm: C3@-12.5.", valueName: "level@z"))
  var label: String?

  @Option(help: ArgumentHelp("Image with one or more known discs, on any grid of the same world; the rest follows.", valueName: "file"))
  var labels: String?

  @Option(help: ArgumentHelp("Another scan of the session, whose levels are taken where this one shows none.", valueName: "image"))
  var session: String?

  func validate() throws {
    guard least > 0, least <= 1 else { throw ValidationError("--least takes a probability above 0, up to 1.") }
    if label != nil, labels != nil { throw ValidationError("--label and --labels exclude each other.") }
    _ = try vertebra
  }

  private var vertebra: (level: Int, height: Double)? {
    get throws {
      guard let label else { return nil }
      let parts = label.split(separator: "@")
      guard parts.count == 2, let level = LabelNumbering.level(named: String(parts[0])), let height = Double(parts[1]), height.isFinite
      else {
        throw ValidationError("'\(label)' is not of the form C3@-12.5.")
      }
      return (level, height)
    }
  }

  var settings: LevelSettings {
    get throws {
      var settings = LevelSettings()
      (settings.minimumProbability, settings.known, settings.session, settings.vertebra) = (least, labels, session, try vertebra)
      return settings
    }
  }
}
