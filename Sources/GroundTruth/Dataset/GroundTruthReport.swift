import Files

/// What became of a person.
struct GroundTruthReport: Sendable {
  /// One contrast of the person.
  struct Row: Sendable, Codable {
    var contrast: String
    var used: Bool
    var reason: String?
    var volume, offset, similarity, imageDistance, edgeDistance, largestShift: Double?
  }

  let name: String
  var rows: [Row] = []
  /// Why nothing was made.
  var failure: (any Error)?

  var problems: [Row] { rows.filter { !$0.used } }

  static func table(_ reports: [GroundTruthReport]) -> Table {
    var table = Table(columns: [
      .init("participant_id", "Person"), .init("contrast", "Contrast"), .init("used", "1 where its mask went into the soft mask"),
      .init("volume_mm3", "Volume of the soft mask, mm³", decimals: 0),
      .init("offset_mm", "How far its mask lies outside the consensus, mm", decimals: 3),
      .init("similarity_nats", "Mutual information with the reference near the cord", decimals: 3),
      .init("image_distance_mm", "Between where gray levels and masks put the cord, mm"),
      .init("edge_distance_mm", "Between the edges that the image shows and the outline of all contrasts, mm"),
      .init("largest_shift_mm", "Largest further shift of a slice, mm"), .init("reason", "Why it was left out"),
    ])
    for report in reports {
      if let failure = report.failure {
        table.append([.text(report.name), .missing, .integer(0)] + [Table.Value](repeating: .missing, count: 6) + [.text("\(failure)")])
      }
      for row in report.rows {
        table.append([
          .text(report.name), .text(row.contrast), .integer(row.used ? 1 : 0), .number(row.volume), .number(row.offset),
          .number(row.similarity), .number(row.imageDistance), .number(row.edgeDistance),
          .number(row.largestShift), row.reason.map { .text($0) } ?? .missing,
        ])
      }
    }
    return table
  }

  static func offsets(_ norms: ContrastNorms) -> Table {
    var table = Table(columns: [
      .init("contrast", "Contrast"), .init("people", "Learnt from how many"),
      .init("offset_mm", "How far its masks lie outside the mean over contrasts, mm", decimals: 3),
      .init("edge_mm", "How far the edges of its images lie outside that mean, mm", decimals: 3),
    ])
    for name in norms.offsets.keys.sorted() {
      table.append([.text(name), .integer(norms.people[name] ?? 0), .number(norms.offsets[name]), .number(norms.edgeOffsets[name])])
    }
    return table
  }
}
