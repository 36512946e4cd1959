/// A plot of a page, drawn as SVG inside HTML.
public protocol Figure: Sendable {
  /// Shown above the plot.
  var title: String { get }
  /// The plot as HTML.
  ///
  /// Positions are percentages of the plot's size, so that the plot fits any width while texts and points keep their size. Everything that
  /// belongs to one series carries its number in `data-series`; the page's script hides and shows series by it.
  var html: String { get }
}

/// Colors that people with any color vision tell apart (Okabe and Ito 2008).
enum Palette {
  static let colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999"]

  static func color(_ index: Int) -> String { colors[index % colors.count] }
}

/// Names and colors of a figure's series; a click on a name hides or shows its series.
struct Legend {
  var series: [(name: String, isHidden: Bool)]

  /// The legend as HTML; empty for a single series.
  var html: String {
    guard series.count > 1 else { return "" }
    let entries = series.enumerated().map { index, entry in
      """
      <button type="button" data-series="\(index)" aria-pressed="\(!entry.isHidden)"><i style="background:\(Palette.color(index))"></i>\
      \(HTML.escaped(entry.name))</button>
      """
    }
    return "<div class=\"legend\">\(entries.joined())</div>"
  }
}
