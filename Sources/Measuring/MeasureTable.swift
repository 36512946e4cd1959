import Files
import Morphometry

/// The tidy table: one row per slice, level or range, units in the names of columns.
public struct MeasureTable {
  /// A column with what fills it.
  private struct Field {
    let column: Table.Column
    let value: (MeasureRow) -> Table.Value
  }

  private let fields: [Field]
  private let saysNumbering: Bool

  /// - Parameters:
  ///   - request: What was asked for decides about the columns.
  ///   - saysNumbering: Whether the probability of the numbering always has a column, so that tables of several scans have the same ones; else it
  ///     has one where labels tell it.
  public init(_ request: MeasureRequest, saysNumbering: Bool = false) {
    var fields = Self.leading
    fields += Self.bounds(Self.interior) + Self.further
    if request.junction != nil {
      fields.append(
        Self.number("distance_pmj_mm", "Distance of the row's middle from the pontomedullary junction along the cord", "mm") {
          $0.junctionDistance
        })
    }
    if request.scan != nil { fields += Self.quadrants.flatMap(Self.withBounds) }
    if request.canal != nil {
      fields += Self.estimate("canal_area_mm2", "Area of the spinal canal in the same plane", "mm2") { $0.canal.area }
      fields += Self.estimate("ascor", "Area of the cord over that of the canal (aSCOR)", nil) { $0.canal.share }
    }
    if request.compression {
      let reference = "against 20 mm of cord, 10 mm above and below: (1 - m / mean of both) * 100"
      fields += Self.estimate("mscc_percent", "Compression of the anterior-posterior diameter (MSCC) \(reference)", "percent") {
        $0.compression.diameter
      }
      fields += Self.estimate("csa_compression_percent", "Compression of the area \(reference)", "percent") { $0.compression.area }
    }
    (self.fields, self.saysNumbering) = (fields, saysNumbering)
  }

  /// The rows as a table.
  public func table(_ rows: [MeasureRow]) -> Table {
    // Slices without cord have a row in SCT's table only.
    let told = rows.filter { $0.summary != nil || $0.levels != nil }
    let fields = saysNumbering || told.contains { $0.numberingProbability != nil } ? self.fields + [Self.numbering] : self.fields
    return Table(columns: fields.map(\.column), rows: told.map { row in fields.map { $0.value(row) } })
  }

  /// Only labels with a sidecar say how sure they are.
  private static var numbering: Field {
    Field(column: .init("numbering_probability", "Probability that the levels have their right numbers, as the sidecar of the labels says"))
    {
      .number($0.numberingProbability.map { ($0 * 1000).rounded() / 1000 })
    }
  }

  /// A measure with its column.
  private struct Measure {
    let metric: Metric
    let name, description: String
    let unit: String?
    var decimals = 2

    /// Radians become degrees.
    var scale: Double { metric.isAngle ? 180 / .pi : 1 }
  }

  private static let area = Measure(
    metric: .area, name: "csa_mm2", description: "Area of the cord perpendicular to its centerline", unit: "mm2")
  private static let interior = [
    Measure(metric: .apDiameter, name: "ap_diameter_mm", description: "Diameter along the cord's own anterior-posterior axis", unit: "mm"),
    Measure(metric: .rlDiameter, name: "rl_diameter_mm", description: "Diameter along the cord's own right-left axis", unit: "mm"),
    Measure(
      metric: .eccentricity, name: "eccentricity", description: "Eccentricity of the ellipse with the same second moments, 0 is a circle",
      unit: nil),
    Measure(
      metric: .orientation, name: "orientation_degrees",
      description: "Turn of that ellipse's right-left axis, positive when its left end is anterior", unit: "degree", decimals: 1),
    Measure(metric: .solidity, name: "solidity", description: "Area over the area of the convex hull", unit: nil, decimals: 3),
    Measure(
      metric: .apAngle, name: "angle_ap_degrees",
      description:
        "Angle between the cord and the slice's normal in the sagittal plane, positive when the cord leans anteriorly towards the head",
      unit: "degree", decimals: 1),
    Measure(
      metric: .rlAngle, name: "angle_rl_degrees", description: "The same in the coronal plane, positive when the cord leans to the right",
      unit: "degree", decimals: 1),
    Measure(metric: .length, name: "length_mm", description: "Length of the cord along its centerline", unit: "mm"),
  ]
  private static let others = [
    Measure(metric: .volume, name: "volume_mm3", description: "Volume of the cord", unit: "mm3", decimals: 0),
    Measure(metric: .perimeter, name: "perimeter_mm", description: "Length of the contour", unit: "mm"),
    Measure(
      metric: .apDiameterEllipse, name: "ap_diameter_ellipse_mm",
      description: "Anterior-posterior axis of the ellipse with the same second moments", unit: "mm"),
    Measure(metric: .rlDiameterEllipse, name: "rl_diameter_ellipse_mm", description: "Its right-left axis", unit: "mm"),
    Measure(
      metric: .anteriorLength, name: "anterior_length_mm", description: "Part of the AP diameter in front of the centroid", unit: "mm"),
    Measure(metric: .posteriorLength, name: "posterior_length_mm", description: "Part of the AP diameter behind the centroid", unit: "mm"),
    Measure(
      metric: .symmetryRL, name: "symmetry_rl", description: "Overlap (Dice) of the right half and the mirrored left half", unit: nil,
      decimals: 3),
    Measure(
      metric: .symmetryAP, name: "symmetry_ap", description: "Overlap (Dice) of the anterior half and the mirrored posterior half",
      unit: nil,
      decimals: 3),
  ]
  private static let quadrants = [
    Measure(metric: .anteriorLeft, name: "anterior_left_mm2", description: "Area of the anterior left quadrant", unit: "mm2"),
    Measure(metric: .anteriorRight, name: "anterior_right_mm2", description: "Area of the anterior right quadrant", unit: "mm2"),
    Measure(metric: .posteriorLeft, name: "posterior_left_mm2", description: "Area of the posterior left quadrant", unit: "mm2"),
    Measure(metric: .posteriorRight, name: "posterior_right_mm2", description: "Area of the posterior right quadrant", unit: "mm2"),
  ]

  /// The columns that every table begins with, in this order.
  private static var leading: [Field] {
    [
      Field(column: .init("file", "Mask")) { .text($0.file) },
      Field(column: .init("slice", "Slices of the row, numbered from 0 as they lie in the file: one, or first and last as a:b")) { row in
        guard let slices = row.summary?.slices, let first = slices.first, let last = slices.last else { return .missing }
        return first == last ? .integer(first) : .text("\(first):\(last)")
      },
      Field(column: .init("level", "Vertebral level, C1 = 1 ... C7 = 7, T1 = 8: one, or first and last as a:b")) { row in
        guard let levels = row.levels else { return .missing }
        return levels.count == 1 ? .integer(levels.lowerBound) : .text("\(levels.lowerBound):\(levels.upperBound)")
      },
    ] + withBounds(area) + interior.map(value) + [
      Field(column: .init("method", "How cross-sections were measured", levels: methods)) { .text($0.method.rawValue) },
      Field(column: .init("flags", "What to know of the row, separated by commas", levels: Flags.meanings)) { row in
        row.flags.isEmpty ? .missing : .text(row.flags.names.joined(separator: ","))
      },
    ]
  }

  private static var further: [Field] {
    [
      Field(column: .init("slices", "Number of slices that the row is taken from")) { .integer($0.summary?.slices.count ?? 0) },
      number("csa_sd_mm2", "Standard deviation of the area between slices", "mm2") { $0.summary?.area.standardDeviation },
    ] + others.flatMap(withBounds)
  }

  private static let methods = [
    "exact": "Exact on soft masks: the mask as it is, carried along the cord onto the plane perpendicular to it",
    "sct": "The published recipe of the Spinal Cord Toolbox",
  ]

  private static func value(_ measure: Measure) -> Field {
    Field(column: .init(measure.name, measure.description, unit: measure.unit, decimals: measure.decimals)) { row in
      .number(row.summary?[measure.metric].map { $0.value * measure.scale })
    }
  }

  private static func withBounds(_ measure: Measure) -> [Field] { [value(measure)] + bounds([measure]) }

  private static func bounds(_ measures: [Measure]) -> [Field] {
    measures.flatMap { measure in
      let own = { (row: MeasureRow) in row.summary?[measure.metric] }
      return estimate(measure.name, measure.description, measure.unit, decimals: measure.decimals, scale: measure.scale, own).dropFirst()
    }
  }

  private static func number(_ name: String, _ description: String, _ unit: String?, _ value: @escaping (MeasureRow) -> Double?) -> Field {
    Field(column: .init(name, description, unit: unit)) { .number(value($0)) }
  }

  /// A number and the ends of its interval.
  private static func estimate(
    _ name: String, _ description: String, _ unit: String?, decimals: Int = 2, scale: Double = 1,
    _ value: @escaping (MeasureRow) -> Estimate?
  ) -> [Field] {
    func field(_ suffix: String, _ meaning: String, _ part: @escaping (Estimate) -> Double?) -> Field {
      Field(column: .init(name + suffix, meaning + description, unit: unit, decimals: decimals)) { row in
        .number(value(row).flatMap(part).map { $0 * scale })
      }
    }
    return [
      field("", "") { $0.value }, field("_lower", "Lower end of the 95 % interval of: ") { $0.lower },
      field("_upper", "Upper end of the 95 % interval of: ") { $0.upper },
    ]
  }
}
