import Files

extension Comparison {
  /// One row for each scan, method and level.
  public var areaTable: Table {
    var table = Table(columns: [
      .init("method", "Name of the method"), .init("participant_id", "Name of the person"), .init("series", "Which scan of the person"),
      .init("level", "Vertebral level, C1 = 1: one, or first and last as a:b"), .init("csa_mm2", "Area of the cord", unit: "mm2"),
      .init("true_csa_mm2", "True area; n/a where no truth was given", unit: "mm2"),
    ])
    for person in people {
      for scan in person.areas {
        table.append([
          .text(person.method), .text(person.person), .text(scan.series), .text(person.level), .number(scan.area), .number(scan.truth),
        ])
      }
    }
    return table
  }

  /// One row for each person, method and level.
  public var personTable: Table {
    var table = Table(columns: [
      .init("method", "Name of the method"), .init("participant_id", "Name of the person"),
      .init("level", "Vertebral level, C1 = 1: one, or first and last as a:b"),
      .init("contrasts", "Scans of the person that all methods measured"), .init("csa_mm2", "Mean area over them", unit: "mm2"),
      .init("sd_across_contrasts_mm2", "Sample standard deviation across them", unit: "mm2"),
      .init("absolute_error_mm2", "Mean of the absolute difference from the truth", unit: "mm2"),
      .init("error_mm2", "Mean difference from the truth", unit: "mm2"), .init("not_computable", "Numbers that are missing, and why"),
    ])
    for person in people {
      let gaps = [
        person.spread == nil ? "sd_across_contrasts_mm2: one contrast only" : nil,
        person.absoluteError == nil ? "absolute_error_mm2, error_mm2: no truth was given" : nil,
      ].compactMap { $0 }
      table.append([
        .text(person.method), .text(person.person), .text(person.level), .integer(person.areas.count), .number(person.mean),
        .number(person.spread), .number(person.absoluteError), .number(person.error),
        gaps.isEmpty ? .missing : .text(gaps.joined(separator: "; ")),
      ])
    }
    return table
  }

  /// One row for each statistic; where there is no value, the last column says why.
  public var findingTable: Table { Self.table(findings) }

  static func table(_ findings: [Finding]) -> Table {
    var table = Table(columns: [
      .init("level", "Vertebral level, C1 = 1: one, or first and last as a:b"),
      .init("analysis", "Name of the statistic: docs/evaluation.md has the definitions"),
      .init(
        "quantity",
        "What it is about: areas (mm2, mean over a person's contrasts), their sample SD across contrasts, or their difference from the truth"
      ),
      .init("subject", "Method, contrast, or pair of which the second is subtracted"), .init("people", "People, the independent units"),
      .init("values", "Numbers that went in"), .init("value", "Value of the statistic", decimals: 4),
      .init("lower", "Lower end of its 95 % interval (tost: 90 %)", decimals: 4), .init("upper", "Upper end", decimals: 4),
      .init("p", "Two-sided p-value (tost: the larger of both one-sided)", decimals: 5),
      .init("p_bonferroni", "Corrected for all tests of the same level, analysis and quantity (Bonferroni)", decimals: 5),
      .init("p_holm", "The same, Holm", decimals: 5), .init("remark", "How it was computed"),
      .init("not_computable", "Why there is no value"),
    ])
    for finding in findings {
      table.append([
        .text(finding.level), .text(finding.analysis), .text(finding.quantity), .text(finding.subject), .integer(finding.people),
        .integer(finding.values), .number(finding.value.value), .number(finding.interval?.lower), .number(finding.interval?.upper),
        .number(finding.p), .number(finding.bonferroni), .number(finding.holm), finding.remark.map { .text($0) } ?? .missing,
        finding.value.reason.map { .text($0) } ?? .missing,
      ])
    }
    return table
  }

  /// Scans that were left out.
  public var excludedTable: Table {
    Table(columns: [.init("left_out", "Scan that was left out of the comparison, and why")], rows: excluded.map { [.text($0)] })
  }

  /// All tables with the names of their files.
  public var tables: [(name: String, table: Table)] {
    [("statistics", findingTable), ("people", personTable), ("areas", areaTable), ("excluded", excludedTable)]
      .filter { !$0.table.rows.isEmpty }
  }
}

extension Drift {
  /// One row for each level.
  public var table: Table {
    var table = Table(columns: [
      .init("level", "Vertebral level, C1 = 1: one, or first and last as a:b"), .init("people", "People measured with both versions"),
      .init("scans", "Their scans"), .init("factor", "Geometric mean of new over old, each person once", decimals: 4),
      .init("lower", "Lower end of its 95 % interval", decimals: 4), .init("upper", "Upper end", decimals: 4),
      .init("tolerance", "Largest difference of the factor from 1 that passes", decimals: 4),
      .init(
        "verdict", "What came out",
        levels: [
          "pass": "The whole interval lies within the tolerance", "drift": "The whole interval lies outside",
          "undecided": "The interval reaches over an end of the tolerance, or there is none",
          "incomplete": "Scans of the frozen set are missing",
        ]), .init("remark", "Whether the difference is more than a scale; scans that are missing"),
      .init("not_computable", "Why there is no factor or no interval"),
    ])
    for level in levels {
      let missing = level.missing.isEmpty ? nil : "missing: " + level.missing.joined(separator: ", ")
      let remarks = [level.remark, missing].compactMap { $0 }
      table.append([
        .text(level.level), .integer(level.people), .integer(level.scans), .number(level.factor.value),
        .number(level.interval.value?.lower),
        .number(level.interval.value?.upper), .number(tolerance), .text(level.verdict.rawValue),
        remarks.isEmpty ? .missing : .text(remarks.joined(separator: "; ")),
        (level.factor.reason ?? level.interval.reason).map { .text($0) } ?? .missing,
      ])
    }
    return table
  }
}
