import Evaluation
import Files
import Statistics

extension StudyOutcome {
  /// All tables with the names of their files.
  public var tables: [(name: String, table: Table)] {
    var tables: [(name: String, table: Table)] = [
      ("summary", summaryTable), ("tests", testTable), ("scans", scanTable), ("groups", groupTable),
    ]
    for (plan, comparison) in planned {
      let name = String(plan.name.map { $0.isLetter || $0.isNumber ? $0 : "-" })
      tables.append(("statistics_" + name, comparison.findingTable))
    }
    return tables
  }

  /// One row for each method.
  public var summaryTable: Table {
    var table = Table(columns: [
      .init("method", "Label, arm or peer"), .init("scans", "Scans with an area, of all tested"),
      .init("sd_mm2", "SD of area across a person's contrasts, mean over people"), .init("sd_lower", "95 % interval"),
      .init("sd_upper", "95 % interval"), .init("absolute_error_mm2", "|area − true area|, mean over contrasts, then people"),
      .init("error_lower", "95 % interval"), .init("error_upper", "95 % interval"), .init("bias_mm2", "area − true area, mean"),
      .init("icc", "ICC(2,1) of the contrasts", decimals: 3),
      .init("anova_p", "Area by contrast, p corrected by Greenhouse and Geisser", decimals: 4),
      .init("dice", "Mean over scans, masks cut at 0.5", decimals: 4), .init("soft_dice", "2·Σpg/(Σp²+Σg²), mean", decimals: 4),
      .init("volume_error_percent", "Mean"),
      .init("calibration_error", "Expected calibration error over all voxels of all scans", decimals: 4),
      .init("edge_bias", "Mean of predicted minus true share in edge voxels", decimals: 4),
    ])
    for method in methods {
      let (spread, error) = (finding("mean", "sd_across_contrasts", of: method.name), finding("mean", "absolute_error", of: method.name))
      let calibration = calibration(of: method)
      func mean(_ value: (ScanResult) -> Double) -> Table.Value { .number(method.scans.isEmpty ? nil : method.scans.map(value).mean) }
      table.append([
        .text(method.name), .integer(method.scans.count { $0.area != nil }), .number(spread?.value.value),
        .number(spread?.interval?.lower), .number(spread?.interval?.upper), .number(error?.value.value), .number(error?.interval?.lower),
        .number(error?.interval?.upper), .number(finding("mean", "error", of: method.name)?.value.value),
        .number(finding("icc_2_1_contrasts", "area", of: method.name)?.value.value),
        .number(finding("rm_anova_contrast", "area", of: method.name)?.p), mean(\.dice), mean(\.softDice), mean { $0.volumeError * 100 },
        .number(calibration?.expectedError), .number(calibration?.edgeBias),
      ])
    }
    return table
  }

  /// One row for each planned test.
  public var testTable: Table { testTable(of: nil) }

  func testTable(of comparison: String?) -> Table {
    var table = Table(columns: [
      .init("comparison", "Planned comparison"), .init("quantity", "One value a person"), .init("first", "Method"),
      .init("second", "Method"), .init("people", "Tested people who have both"),
      .init("difference", "Second minus first, mean", decimals: 4), .init("lower", "95 % interval, whole people drawn anew", decimals: 4),
      .init("upper", "95 % interval", decimals: 4), .init("p", "Wilcoxon signed-rank, two-sided", decimals: 4),
      .init("p_holm", "Corrected over the pairs of the comparison", decimals: 4), .init("not_computable", "Why a number is missing"),
    ])
    for test in tests where comparison == nil || test.comparison == comparison {
      table.append([
        .text(test.comparison), .text(test.quantity), .text(test.first), .text(test.second), .integer(test.people),
        .number(test.difference.value), .number(test.interval?.lower), .number(test.interval?.upper), .number(test.p.value),
        .number(test.holm), .text(test.difference.reason ?? test.p.reason ?? ""),
      ])
    }
    return table
  }

  /// One row for each scan and method.
  public var scanTable: Table {
    let truth = methods.first { $0.name == LabelSource.truth.method }?.scans ?? []
    var table = Table(columns: [
      .init("method", "Label, arm or peer"), .init("participant_id", "Person"), .init("group", "Value of the balancing column"),
      .init("contrast", "Scan"), .init("csa_mm2", "Mean area over the levels of the study, mm²"),
      .init("true_csa_mm2", "The same of the exact mask, mm²"), .init("dice", "Masks cut at 0.5", decimals: 4),
      .init("soft_dice", "2·Σpg/(Σp²+Σg²)", decimals: 4), .init("volume_error_percent", "Soft volume against the reference's"),
      .init("calibration_error", "Expected calibration error", decimals: 4), .init("not_computable", "Why there is no area"),
    ])
    for method in methods {
      for scan in method.scans {
        table.append([
          .text(method.name), .text("sub-" + scan.person), .text(cohort.groups[scan.person] ?? "n/a"), .text(scan.contrast),
          .number(scan.area), .number(truth.first { $0.person == scan.person && $0.contrast == scan.contrast }?.area),
          .number(scan.dice), .number(scan.softDice), .number(scan.volumeError * 100), .number(scan.calibration?.expectedError),
          scan.reason.map { .text($0) } ?? .missing,
        ])
      }
    }
    return table
  }

  /// People with and without a finding.
  public var groupTable: Table {
    var table = Table(columns: [
      .init("method", "Label, arm or peer"), .init("group", "Without a finding, or with one"), .init("people", "Tested people"),
      .init("sd_mm2", "SD of area across contrasts, mean"), .init("absolute_error_mm2", "|area − true area|, mean"),
      .init("dice", "Mean over scans", decimals: 4),
    ])
    for method in methods {
      for (name, isAffected) in [("none", false), ("finding", true)] {
        func belongs(_ person: String) -> Bool { (cohort.groups[person, default: "none"] != "none") == isAffected }
        let people = all.results(method.name, level).filter { belongs($0.person) }
        let dice = method.scans.filter { belongs($0.person) }.map(\.dice)
        guard !people.isEmpty else { continue }
        func mean(_ values: [Double]) -> Table.Value { .number(values.isEmpty ? nil : values.mean) }
        table.append([
          .text(method.name), .text(name), .integer(people.count), mean(people.compactMap(\.spread)),
          mean(people.compactMap(\.absoluteError)), mean(dice),
        ])
      }
    }
    return table
  }
}
