import Files
import Numerics

extension Evaluation {
  private static let person = Table.Column("person", "Name of the person, or of the folder or file where names do not tell it")
  private static let series = Table.Column("series", "Which scan of the person: contrast, with session and run where there are any")
  private static let gap = Table.Column("not_computable", "Numbers that are missing, each with its reason")

  /// One row for each scan; what is missing is explained in the last column.
  public var scanTable: Table {
    var table = Table(
      columns: [
        Self.person, Self.series, .init("prediction", "Mask that is judged"), .init("reference", "Mask it is compared with"),
      ] + measures.map { Table.Column($0.name, $0.description, unit: $0.unit, decimals: $0.decimals) } + [Self.gap])
    for scan in scans {
      let results = measures.map { $0(scan) }
      // Several numbers are often missing for one reason.
      var reasons: [(reason: String, names: [String])] = []
      for (measure, result) in zip(measures, results) {
        guard let reason = result.reason else { continue }
        if let index = reasons.firstIndex(where: { $0.reason == reason }) {
          reasons[index].names.append(measure.name)
        } else {
          reasons.append((reason, [measure.name]))
        }
      }
      let text = reasons.map { "\($0.names.joined(separator: ", ")): \($0.reason)" }.joined(separator: "; ")
      table.append(
        [
          .text(scan.pair.scan.person), .text(scan.pair.scan.series), .text(scan.pair.prediction), .text(scan.pair.reference),
        ] + results.map { .number($0.value) } + [text.isEmpty ? .missing : .text(text)])
    }
    return table
  }

  /// One row for each scan and level.
  public var levelTable: Table {
    var table = Table(columns: [
      Self.person, Self.series, .init("level", "Vertebral level, C1 = 1 ... C7 = 7, T1 = 8: one, or first and last as a:b"),
      .init("csa_mm2", "Mean area of the prediction", unit: "mm2"), .init("reference_csa_mm2", "Mean area of the reference", unit: "mm2"),
      .init("area_error_mm2", "Prediction minus reference", unit: "mm2"),
      .init("area_error_percent", "The same relative to the reference", unit: "percent", decimals: 1), Self.gap,
    ])
    for scan in scans {
      for (levels, area) in scan.levels {
        let known = area.value
        table.append([
          .text(scan.pair.scan.person), .text(scan.pair.scan.series), .text(Self.name(of: levels)), .number(known?.predicted),
          .number(known?.reference), .number(known?.error), .number(known.map { $0.relative * 100 }),
          area.reason.map { .text($0) } ?? .missing,
        ])
      }
    }
    return table
  }

  /// The reliability curve of all scans, each contrast and each group.
  public var calibrationTable: Table {
    var table = Table(columns: [
      .init("part", "all, contrast or group"), .init("name", "Which contrast or group"), .init("bin", "Range of predicted values"),
      .init("voxels", "Voxels where either mask is above 0.01 whose prediction lies in the range"),
      .init("mean_prediction", "Mean predicted value", decimals: 4),
      .init("mean_reference", "Mean share of cord in the reference: equal where the mask is calibrated", decimals: 4), Self.gap,
    ])
    for part in parts {
      switch part.calibration {
      case .failure(let failure):
        table.append([.text(part.kind), .text(part.name), .missing, .integer(0), .missing, .missing, .text(failure.reason)])
      case .success(let calibration):
        for (index, bin) in calibration.bins.enumerated() {
          let count = Double(calibration.bins.count)
          table.append([
            .text(part.kind), .text(part.name), .text("\(Double(index) / count)-\(Double(index + 1) / count)"), .integer(bin.count),
            .number(bin.meanPrediction), .number(bin.meanReference), bin.count == 0 ? .text("no voxel in this range") : .missing,
          ])
        }
      }
    }
    return table
  }

  /// Means over all scans, each contrast and each group.
  public var summaryTable: Table {
    var table = Table(columns: [
      .init("part", "all, contrast or group"), .init("name", "Which contrast or group"),
      .init("level", "Vertebral level of areas; n/a for whole scans"), .init("measure", "Name of the column of the table of scans"),
      .init("scans", "Scans that have it"), .init("people", "People they are of"), .init("mean", "Mean over scans", decimals: 4),
      .init("lower", "Lower end of the mean's 95 % interval, whole people drawn anew", decimals: 4),
      .init("upper", "Upper end", decimals: 4), .init("median", "Median over scans", decimals: 4),
      .init("sd", "Sample standard deviation over scans", decimals: 4), .init("missing", "Scans for which it could not be computed"),
      .init("not_computable", "Why the mean, its interval or single scans are missing: the first reason"),
    ])
    for summary in summaries {
      table.append([
        .text(summary.part.kind), .text(summary.part.name), summary.level.map { .text($0) } ?? .missing, .text(summary.measure),
        .integer(summary.scans), .integer(summary.people), .number(summary.mean.value), .number(summary.interval.value?.lower),
        .number(summary.interval.value?.upper), .number(summary.median), .number(summary.standardDeviation), .integer(summary.missing),
        summary.reason.map { .text($0) } ?? .missing,
      ])
    }
    return table
  }

  /// All tables with the names of their files.
  public var tables: [(name: String, table: Table)] {
    [("scans", scanTable), ("summary", summaryTable), ("levels", levelTable), ("calibration", calibrationTable)]
      .filter { !$0.table.rows.isEmpty }
  }
}
