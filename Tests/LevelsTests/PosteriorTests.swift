import Foundation
import Numerics
import Testing

@testable import Levels

/// Evidence of rows drawn at random, or that says nothing.
private func evidence(rows: Int, seed: UInt64? = nil, planted: [Int: Int] = [:], strength: Double = 5) -> LevelEvidence {
  var generator = Generator(seed: seed ?? 0)
  let outputs = (0..<rows).map { row -> [Float] in
    var values = (0..<LevelEvidence.outputs).map { _ in seed == nil ? Float(0) : Float(generator.normal(0, 2)) }
    // As rare as training shows them: rows that say nothing.
    if seed == nil { (values[0], values[1]) = (-Float(log(250.0)), -Float(log(20.0))) }
    guard !planted.isEmpty else { return values }
    values[0] = Float(planted[0] == row ? strength : -strength)
    values[1] = Float(planted.contains { $0.key > 0 && $0.value == row } ? strength : -strength)
    let part = planted.filter { $0.value <= row }.keys.max() ?? planted.keys.min()! - 1
    values[2 + LevelEvidence.index(ofPart: part)] += Float(strength)
    return values
  }
  return LevelEvidence(outputs: outputs, edge: outputs.map { _ in 8 })
}

/// Places of discs of mean lengths, from a row for one of them.
private func rows(from first: Int, at row: Int, to last: Int) -> [Int: Int] {
  var (result, place) = ([first: row], Double(row))
  for part in first..<last {
    place += PartLengths(part: part, factor: 1).mean
    result[part + 1] = Int(place.rounded())
  }
  return result
}

@Test("The sum over all sequences is that of listing them one by one")
func exactSum() {
  let (rows, trust) = (13, LevelTrust(junction: 0.6, disc: 0.8, part: 0.1))
  let evidence = evidence(rows: rows, seed: 3)
  let lengths = (0..<PartLengths.boundaries.upperBound).map { PartLengths(part: $0, factor: 1) }
  func part(_ part: Int, _ range: Range<Int>) -> Double {
    range.reduce(0) { $0 + trust.part * evidence.part[$1][LevelEvidence.index(ofPart: part)] }
  }
  func boundary(_ number: Int, _ row: Int) -> Double {
    number == 0 ? trust.junction * evidence.junction[row] : trust.disc * evidence.disc[row]
  }
  var all: [Double] = []
  /// Goes on below a boundary.
  func list(_ number: Int, _ row: Int, _ score: Double) {
    let isLast = number == PartLengths.boundaries.upperBound
    all.append(score + part(number, row..<rows) + (isLast ? -Double(rows - row) / 10 : lengths[number].goesOn(seen: rows - row)))
    guard !isLast else { return }
    for next in row + 1..<rows where next - row <= lengths[number].longest {
      list(number + 1, next, score + part(number, row..<next) + lengths[number].density[next - row] + boundary(number + 1, next))
    }
  }
  for number in PartLengths.boundaries {
    for row in 0..<rows {
      let open = number == 0 ? -log(60.0) : lengths[number - 1].begun(seen: row)
      list(number, row, open + part(number - 1, 0..<row) + boundary(number, row))
    }
  }
  for number in 0..<PartLengths.boundaries.upperBound { all.append(part(number, 0..<rows) + lengths[number].holds(rows)) }
  let chain = LevelChain(evidence, trust, factor: 1, known: [:], allowed: [:])
  #expect(abs(chain.total - logSum(all)) < 1e-9)
}

@Test("Clear evidence gives the discs their numbers, wherever the strip begins", arguments: [(0, 2), (3, 4), (5, 1)])
func plantedDiscs(first: Int, last: Int) {
  let planted = rows(from: first, at: 12, to: first + 3 + last)
  let evidence = evidence(rows: planted.values.max()! + 9, planted: planted)
  let sequence = LevelSequence(evidence, trust: LevelTrust())
  #expect(sequence.probability > 0.98)
  #expect(sequence.boundaries.map(\.number) == planted.keys.sorted())
  for boundary in sequence.boundaries {
    #expect(abs(boundary.row - Double(planted[boundary.number]!)) < 0.6, "\(boundary)")
    #expect(boundary.interval.contains(Double(planted[boundary.number]!)))
    #expect(boundary.probability > 0.98)
  }
}

@Test("Looks that contradict each other make no numbering sure; those that agree leave it as it is")
func severalLooks() {
  let planted = rows(from: 3, at: 12, to: 7)
  let count = planted.values.max()! + 9
  let (own, shifted) = (
    evidence(rows: count, planted: planted),
    evidence(rows: count, planted: Dictionary(uniqueKeysWithValues: planted.map { ($0.key + 1, $0.value) }))
  )
  let alone = LevelSequence(own, trust: LevelTrust())
  let agreeing = LevelSequence([own, own, own], trust: LevelTrust())
  #expect(abs(agreeing.probability - alone.probability) < 1e-9 && agreeing.boundaries.map(\.number) == alone.boundaries.map(\.number))
  let divided = LevelSequence([own, own, shifted], trust: LevelTrust())
  #expect(divided.probability < 0.7 && divided.boundaries.allSatisfy { $0.probability < 0.7 })
  #expect(LevelSequence([own, shifted], trust: LevelTrust()).probability < 0.55)
}

@Test("Where nothing tells the vertebrae apart, no numbering is sure")
func noEvidence() {
  for rows in [20, 80, 200] {
    let sequence = LevelSequence(evidence(rows: rows), trust: LevelTrust())
    #expect(sequence.probability < 0.6, "\(rows) rows: \(sequence.probability)")
  }
}

@Test("Discs without numbers get them from one that is known; a wrong neighbor is not found again")
func knownDisc() {
  let planted = rows(from: 4, at: 10, to: 8)
  let plain = evidence(rows: 90, planted: planted)
  // Where discs lie is seen, but not which they are.
  let blind = LevelEvidence(
    outputs: (0..<plain.rows).map { [-9, planted.values.contains($0) ? 5 : -7] + LevelEvidence.parts.map { _ in 0 } },
    edge: plain.edge)
  let trust = LevelTrust()
  #expect(LevelSequence(blind, trust: trust).probability < 0.9)
  for shift in [0, 1, -1] {
    let row = Double(planted[5]!)
    let sequence = LevelSequence(blind, trust: trust, known: [5 + shift: row - 2...row + 2])
    #expect(sequence.boundaries.map(\.number) == (4...8).map { $0 + shift })
    #expect(sequence.probability > 0.9)
  }
}

@Test("Probabilities of a boundary's rows sum to at most 1, and boundaries come in order")
func marginals() {
  let posterior = LevelPosterior(evidence(rows: 120, seed: 9), trust: LevelTrust())
  for (_, rows) in posterior.marginal { #expect(rows.reduce(0, +) < 1 + 1e-9 && rows.allSatisfy { $0 >= 0 }) }
  let sequence = LevelSequence(evidence(rows: 120, seed: 9), trust: LevelTrust())
  for (upper, lower) in zip(sequence.boundaries, sequence.boundaries.dropFirst()) {
    #expect(upper.number < lower.number && upper.row < lower.row)
  }
}
