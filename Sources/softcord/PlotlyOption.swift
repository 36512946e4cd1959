import ArgumentParser
import Foundation

/// Where Plotly's browser bundle lies, which makes the plots of a report interactive.
struct PlotlyOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("Plotly's browser bundle (default: what `make plotly` fetched); without one plots are still.", valueName: "file"))
  var plotly: String?

  /// Where `scripts/plotly` puts it, from the root of the project.
  private static let place = ".plotly/plotly.min.js"

  /// The bundle's text; `nil` where there is none, which is said.
  ///
  /// - Throws: ``Failure`` where a file that was named cannot be read.
  func bundle() throws -> String? {
    if let plotly {
      guard let text = try? String(contentsOfFile: plotly, encoding: .utf8) else {
        throw Failure(.noInput, "\(plotly): Plotly's bundle cannot be read")
      }
      return text
    }
    // The program lies in the project's build folder.
    var folder = URL(fileURLWithPath: Bundle.main.executablePath ?? "").resolvingSymlinksInPath().deletingLastPathComponent()
    for _ in 0..<5 {
      if let text = try? String(contentsOf: folder.appendingPathComponent(Self.place), encoding: .utf8) { return text }
      folder.deleteLastPathComponent()
    }
    Console.note("Plotly is not here, so the report's plots are still; `make plotly` fetches it, or name a file with --plotly")
    return nil
  }
}
