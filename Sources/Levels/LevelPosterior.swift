import Foundation

/// What is known of the boundaries along a strip after all evidence: the best sequence, and how sure it is.
///
/// A sequence of parts follows each other from some part at the strip's upper end to some part at its lower end. Its probability is the
/// product of the evidence for boundaries where it has them, of the evidence for the part of every row, and of the lengths of the parts (a
/// semi-Markov chain). Sums over all sequences are exact, by the forward-backward algorithm over the factors of people's sizes.
struct LevelPosterior: Sendable {
  /// By boundary, then row: probability that it lies in the row.
  let marginal: [Int: [Double]]
  /// The logarithm of the sum over all sequences.
  private let total: Double
  private let evidence: LevelEvidence
  private let trust: LevelTrust
  private let known: [Int: ClosedRange<Double>]

  /// - Parameters:
  ///   - evidence: Of the strip's rows.
  ///   - trust: How much it counts.
  ///   - known: Rows between which boundaries lie for certain, by number.
  init(_ evidence: LevelEvidence, trust: LevelTrust, known: [Int: ClosedRange<Double>] = [:]) {
    (self.evidence, self.trust, self.known) = (evidence, trust, known)
    let chains = PartLengths.scales.map { scale in
      (chain: LevelChain(evidence, trust, factor: scale.factor, known: known, allowed: [:]), weight: log(scale.weight))
    }
    let total = logSum(chains.map { $0.chain.total + $0.weight })
    self.total = total
    var marginal: [Int: [Double]] = [:]
    for boundary in PartLengths.boundaries {
      var rows = [Double](repeating: 0, count: evidence.rows)
      for (chain, weight) in chains {
        for row in rows.indices { rows[row] += exp(chain.forward[boundary][row] + chain.backward[boundary][row] + weight - total) }
      }
      marginal[boundary] = rows
    }
    self.marginal = marginal
  }

  /// Probability that boundaries lie where they are allowed or not in the strip, all together.
  ///
  /// - Parameter allowed: By boundary, the rows; a boundary that is not named may lie anywhere.
  func probability(of allowed: [Int: ClosedRange<Double>]) -> Double {
    let sum = logSum(
      PartLengths.scales.map { LevelChain(evidence, trust, factor: $0.factor, known: known, allowed: allowed).total + log($0.weight) })
    return min(exp(sum - total), 1)
  }
}

/// All sequences for people of one size.
struct LevelChain {
  /// By boundary, then row: logarithms of the sums over all that may lie above it, itself included, and below it.
  private(set) var forward, backward: [[Double]]
  /// Of all sequences.
  let total: Double
  /// The same as ``PartLengths/begun(seen:)`` for what lies above the junction, of which a strip shows some centimetres.
  private static let begunAbove = -log(60.0)
  /// A cord seldom goes far below the last vertebra that is numbered, mm.
  private static let belowAll = 10.0

  init(
    _ evidence: LevelEvidence, _ trust: LevelTrust, factor: Double, known: [Int: ClosedRange<Double>], allowed: [Int: ClosedRange<Double>]
  ) {
    let rows = evidence.rows
    let boundaries = PartLengths.boundaries
    let lengths = boundaries.dropLast().map { PartLengths(part: $0, factor: factor) }
    let (highest, lowest) = (known.keys.min() ?? boundaries.upperBound, known.keys.max() ?? boundaries.lowerBound)
    // Evidence for a part, added up from the strip's upper end.
    let sums = LevelEvidence.parts.map { part -> [Double] in
      let index = LevelEvidence.index(ofPart: part)
      var sum = [0.0]
      for row in 0..<rows { sum.append(sum[row] + trust.part * evidence.part[row][index]) }
      return sum
    }
    func sum(_ part: Int) -> [Double] { sums[LevelEvidence.index(ofPart: part)] }
    func score(_ boundary: Int, _ row: Int) -> Double {
      for range in [known[boundary], allowed[boundary]] where range?.contains(Double(row)) == false { return -.infinity }
      let logit = boundary == 0 ? trust.junction * evidence.junction[row] : trust.disc * evidence.disc[row]
      return min(max(logit, -12), 12)
    }
    var forward = boundaries.map { _ in [Double](repeating: -.infinity, count: rows) }
    var backward = forward
    for boundary in boundaries {
      let (above, part) = (sum(boundary - 1), boundary - 1)
      let begun = part < 0 ? nil : lengths[part]
      let reached = part < 0 ? nil : Self.convolved(zip(forward[part], above).map { $0 - $1 }, begun!.density, downwards: true)
      for row in 0..<rows {
        // The strip begins within the part above, or the boundary before lies in it too.
        // What is known lies in the strip: no sequence begins below it.
        let open = boundary > highest ? -.infinity : begun?.begun(seen: row) ?? Self.begunAbove
        forward[boundary][row] = above[row] + logSum([open, reached?[row] ?? -.infinity]) + score(boundary, row)
      }
    }
    for boundary in boundaries.reversed() {
      let below = sum(boundary)
      let isLast = boundary == boundaries.upperBound
      let next = isLast ? nil : lengths[boundary]
      let reached = next.map { next in
        Self.convolved((0..<rows).map { below[$0] + score(boundary + 1, $0) + backward[boundary + 1][$0] }, next.density, downwards: false)
      }
      for row in 0..<rows {
        let left = rows - row
        let open = boundary < lowest ? -.infinity : next?.goesOn(seen: left) ?? -Double(left) / Self.belowAll
        backward[boundary][row] = logSum([below[rows] + open, reached?[row] ?? -.infinity]) - below[row]
      }
    }
    (self.forward, self.backward) = (forward, backward)
    // Sequences without any boundary have one part throughout. Each other one has a first boundary in the strip.
    var all = known.isEmpty ? boundaries.dropLast().map { sum($0)[rows] + lengths[$0].holds(rows) } : []
    for boundary in boundaries where boundary <= highest {
      let above = sum(boundary - 1)
      for row in 0..<rows {
        let open = boundary == 0 ? Self.begunAbove : lengths[boundary - 1].begun(seen: row)
        all.append(above[row] + open + score(boundary, row) + backward[boundary][row])
      }
    }
    total = logSum(all)
  }

  /// The logarithm of the sum of two functions' product at all distances.
  ///
  /// - Parameters:
  ///   - values: Logarithms by row.
  ///   - kernel: Logarithms by distance, from 0.
  ///   - downwards: Whether a row gathers from those above it.
  private static func convolved(_ values: [Double], _ kernel: [Double], downwards: Bool) -> [Double] {
    let highest = values.max() ?? -.infinity
    guard highest > -.infinity else { return values }
    let (linear, weights) = (values.map { exp($0 - highest) }, kernel.map { exp($0) })
    return values.indices.map { row in
      var sum = 0.0
      for distance in 1..<weights.count {
        let other = downwards ? row - distance : row + distance
        guard values.indices.contains(other) else { break }
        sum += linear[other] * weights[distance]
      }
      return highest + log(sum)
    }
  }
}

/// The logarithm of a sum of exponentials.
func logSum(_ values: [Double]) -> Double {
  let highest = values.max() ?? -.infinity
  guard highest > -.infinity else { return highest }
  return highest + log(values.reduce(0) { $0 + exp($1 - highest) })
}
