import Files

extension CordChange {
  /// One row for each region and later visit.
  public var table: Table {
    Table(
      columns: Self.columns,
      rows: pieces.map { piece in
        [
          .text(piece.region), .text(piece.first), .text(piece.second), .number(piece.length), .number(piece.areas.first),
          .number(piece.areas.second), .number(piece.percent.value), .number(piece.percent.lower), .number(piece.percent.upper),
          .number(piece.area.value), .number(piece.area.lower), .number(piece.area.upper), .number(piece.years),
          .number(piece.yearly?.value), .number(piece.yearly?.lower), .number(piece.yearly?.upper),
          piece.flags.isEmpty ? .missing : .text(piece.flags.joined(separator: ",")),
        ]
      })
  }

  static let columns: [Table.Column] = [
    .init("region", "Vertebrae, or all: the cord that all scans show"), .init("first", "First scan"), .init("second", "Later scan"),
    .init("length_mm", "Length of the cord that was compared, mm"),
    .init("first_csa_mm2", "Mean area in the first scan, mm²"),
    .init("second_csa_mm2", "Mean area of the same piece in the later scan, mm²"),
    .init("change_percent", "Change of the area, percent of the first"),
    .init("change_lower_percent", "Lower end of its 95 % interval"), .init("change_upper_percent", "Upper end of its 95 % interval"),
    .init("change_mm2", "Change of the area, mm²"), .init("change_lower_mm2", "Lower end of its 95 % interval, mm²"),
    .init("change_upper_mm2", "Upper end of its 95 % interval, mm²"),
    .init("years", "Years between the scans; n/a where dates are not known"),
    .init("yearly_percent", "Change a year, percent of the first area"), .init("yearly_lower_percent", "Lower end of its 95 % interval"),
    .init("yearly_upper_percent", "Upper end of its 95 % interval"),
    .init("flags", "What a reader should know, by names; docs/change.md explains them"),
  ]
}
