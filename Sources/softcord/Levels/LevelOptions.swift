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
    if let label, KnownVertebra(label) == nil { throw ValidationError("'\(label)' is not of the form C3@-12.5.") }
  }

  var settings: LevelSettings {
    var settings = LevelSettings()
    (settings.minimumProbability, settings.known, settings.session) = (least, labels, session)
    settings.vertebra = label.flatMap(KnownVertebra.init)
    return settings
  }
}
