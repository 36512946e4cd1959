import Foundation
import Testing

@testable import Statistics

/// Values of SciPy, statsmodels and pingouin; `tools/golden/statistical_tests.py` makes them.
private struct Golden: Decodable {
  struct Signed: Decodable {
    let values: [Double]
    let pValues: [String: Double]

    init(from decoder: any Decoder) throws {
      let keys = try decoder.container(keyedBy: Key.self)
      values = try keys.decode([Double].self, forKey: Key(stringValue: "values"))
      pValues = try keys.allKeys.filter { $0.stringValue != "values" }.reduce(into: [:]) {
        $0[$1.stringValue] = try keys.decodeIfPresent(Double.self, forKey: $1)
      }
    }

    struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
  }

  struct Pairs: Decodable { let values: [Double], t, p, low, high, margin, tost, lower, upper: Double }

  struct People: Decodable {
    let table: [[Double]], f, p, epsilon, icc2, icc3: Double, pCorrected: Double?
    let icc2Interval, icc3Interval: [Double]
  }

  struct Line: Decodable {
    let x, y: [Double], ratio, slope, intercept: Double
    let passingBablok, passingBablokIntercept: Double?
    let bias, sd: Double, limits, biasInterval: [Double]
  }

  struct Corrected: Decodable { let p, holm, bonferroni: [Double] }

  struct Probability: Decodable {
    let z, normal, p, normalQuantile, t, v, student, studentQuantile, f, a, b, fisherTail, fisherQuantile: Double
  }

  struct Size: Decodable { let effect, power, level: Double, size: Int }

  let wilcoxon: [Signed], paired: [Pairs], tables: [People], lines: [Line], corrections: [Corrected], distributions: [Probability]
  let sizes: [Size]

  static let values = try! JSONDecoder().decode(
    Golden.self, from: Data(contentsOf: Bundle.module.url(forResource: "Golden/statistics", withExtension: "json")!))
}

/// Within a relative difference of 1e-6, or 1e-12 where the value itself vanishes.
private func close(_ found: Double, _ expected: Double, _ tolerance: Double = 1e-6) -> Bool {
  abs(found - expected) <= tolerance * abs(expected) + 1e-12
}

@Suite struct GoldenTests {
  @Test func distributions() {
    for c in Golden.values.distributions {
      #expect(close(Distribution.normal(c.z), c.normal, 1e-10))
      #expect(close(Distribution.normalQuantile(c.p), c.normalQuantile, 1e-10))
      #expect(close(Distribution.student(c.t, freedom: c.v), c.student, 1e-10))
      #expect(close(Distribution.studentQuantile(c.p, freedom: c.v), c.studentQuantile, 1e-9))
      #expect(close(Distribution.fisherTail(c.f, c.a, c.b), c.fisherTail, 1e-10))
      #expect(close(Distribution.fisherQuantile(c.p, c.a, c.b), c.fisherQuantile, 1e-9))
    }
  }

  @Test func wilcoxon() throws {
    #expect(Golden.values.wilcoxon.count >= 200)
    for c in Golden.values.wilcoxon {
      for (name, expected) in c.pValues {
        let parts = name.split(separator: "-").map(String.init)
        let test = try Wilcoxon(c.values, zeros: .init(rawValue: parts[0])!, method: .init(rawValue: parts[1])!)
        #expect(close(test.p, expected), "\(name) of \(c.values)")
      }
    }
  }

  @Test func pairedAndEquivalence() throws {
    for c in Golden.values.paired {
      let test = try PairedT(c.values)
      #expect(close(test.t, c.t) && close(test.p, c.p) && close(test.interval.lower, c.low) && close(test.interval.upper, c.high))
      let same = try Equivalence(c.values, margin: c.margin)
      #expect(close(same.p, c.tost) && close(same.lower, c.lower) && close(same.upper, c.upper))
    }
  }

  @Test func repeatedMeasures() throws {
    for c in Golden.values.tables {
      let test = try RepeatedMeasuresANOVA(c.table)
      #expect(close(test.f, c.f) && close(test.p, c.p) && close(test.epsilon, c.epsilon))
      if let p = c.pCorrected { #expect(close(test.pCorrected, p)) }
      for (kind, value, interval) in [
        (IntraclassCorrelation.Kind.agreement, c.icc2, c.icc2Interval), (.consistency, c.icc3, c.icc3Interval),
      ] {
        let icc = try IntraclassCorrelation(c.table, kind)
        #expect(close(icc.value, value), "\(kind)")
        #expect(close(icc.interval.lower, interval[0]) && close(icc.interval.upper, interval[1]), "\(kind) \(c.table)")
      }
    }
  }

  @Test func linesAndAgreement() throws {
    for c in Golden.values.lines {
      let deming = try MethodLine.deming(c.x, c.y, ratio: c.ratio)
      #expect(close(deming.slope, c.slope) && close(deming.intercept, c.intercept))
      if let slope = c.passingBablok, let intercept = c.passingBablokIntercept {
        let line = try MethodLine.passingBablok(c.x, c.y)
        #expect(close(line.slope, slope) && close(line.intercept, intercept))
        #expect(line.slopeInterval!.contains(line.slope))
      }
      let agreement = try BlandAltman(c.x, c.y)
      #expect(close(agreement.bias, c.bias) && close(agreement.standardDeviation, c.sd))
      #expect(close(agreement.limits.lower, c.limits[0]) && close(agreement.limits.upper, c.limits[1]))
      #expect(close(agreement.biasInterval.lower, c.biasInterval[0]) && close(agreement.biasInterval.upper, c.biasInterval[1]))
    }
  }

  @Test func corrections() {
    for c in Golden.values.corrections {
      #expect(zip(Correction.holm(c.p), c.holm).allSatisfy { close($0, $1) })
      #expect(zip(Correction.bonferroni(c.p), c.bonferroni).allSatisfy { close($0, $1) })
    }
  }

  @Test func sizes() throws {
    for c in Golden.values.sizes {
      #expect(try sampleSize(difference: c.effect, standardDeviation: 1, power: c.power, significance: c.level) == c.size)
    }
  }
}
