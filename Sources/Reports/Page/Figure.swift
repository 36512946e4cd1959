import Foundation

/// A plot of a page: interactive where the page carries Plotly, else drawn as SVG.
public protocol Figure: Sendable {
  /// Shown above the plot.
  var title: String { get }
  /// The plot for readers without scripts: an SVG element.
  var svg: String { get }
  /// The plot as Plotly's `newPlot` takes it: JSON with `data` and `layout`.
  var plotly: String { get }
}

/// Colors that people with any color vision tell apart (Okabe and Ito 2008).
enum Palette {
  static let colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999"]

  static func color(_ index: Int) -> String { colors[index % colors.count] }
}

/// What a figure hands to Plotly, in Plotly's own words (https://plotly.com/javascript/reference).
struct PlotlyFigure: Encodable {
  var data: [Trace]
  var layout: Layout

  struct Trace: Encodable {
    var type: String
    var name: String
    /// Numbers or categories.
    var x: Places
    var y: [Double]
    /// Who each point is.
    var text: [String]?
    var hovertemplate: String?
    var mode: String?
    var marker: Marker?
    var line: Line?
    var visible: String?
    var legendgroup: String?
    var showlegend: Bool?
    var opacity: Double?
    // Of violins alone.
    var points: String?
    var pointpos, jitter: Double?
    var box, meanline: Switch?
    var hoveron: String?
    var scalemode: String?
    var fillcolor: String?
  }

  enum Places: Encodable {
    case numbers([Double])
    case categories([String])

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .numbers(let values): try values.encode(to: encoder)
      case .categories(let values): try values.encode(to: encoder)
      }
    }
  }

  struct Marker: Encodable {
    var color: String
    var size: Double = 7
  }

  struct Line: Encodable {
    var color: String
    var width: Double = 2
    var dash: String?
  }

  struct Switch: Encodable { var visible = true }

  struct Axis: Encodable {
    struct Title: Encodable { var text: String }
    var title: Title
    var type: String?
    var categoryorder: String?
    var categoryarray: [String]?
    var automargin = true
    var zeroline = false
    var gridcolor = "#e2e2e2"
  }

  struct Layout: Encodable {
    struct Font: Encodable { var size = 14 }
    struct Margin: Encodable { var (l, r, t, b) = (70, 20, 20, 60) }
    struct Legend: Encodable {
      var orientation = "h"
      var (x, y) = (0.0, 1.02)
      var yanchor = "bottom"
    }
    var xaxis, yaxis: Axis
    var violinmode: String?
    var hovermode = "closest"
    var font = Font()
    var margin = Margin()
    var legend = Legend()
    var showlegend = true
  }

  /// The figure as JSON that may stand inside an HTML element: no `<` ends it early.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // Plain structs of texts and finite numbers are always encodable.
    let data = try! encoder.encode(self)
    return String(decoding: data, as: UTF8.self).replacing("<", with: "\\u003c")
  }
}
