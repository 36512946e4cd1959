/// Anatomy that cannot be.
public enum AnatomyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The cord does not fit into its canal at a level.
  case cordWiderThanCanal(level: String, cord: Double, canal: Double)
  /// Discs do not follow each other downwards, or a list has another length than the levels ask for.
  case levels(found: Int, expected: Int)
  /// A finding has a size that no cord can have.
  case finding(String, found: Double, expected: String)

  /// One line: what, where, found, expected, what to do.
  public var description: String {
    switch self {
    case .cordWiderThanCanal(let level, let cord, let canal):
      "the cord is \(cord) mm wide at \(level), its canal \(canal) mm: make the canal wider or the cord thinner"
    case .levels(let found, let expected):
      "\(found) levels or places along the cord, expected \(expected), each below the one before"
    case .finding(let name, let found, let expected): "\(name) is \(found), expected \(expected)"
    }
  }
}

extension Neck {
  /// Checks a neck that was made by hand or read from a file; one that was drawn is always sound.
  ///
  /// - Throws: ``AnatomyError``.
  public func check() throws(AnatomyError) {
    let (levels, places) = (Population.levels.count, Population.levels.count * Population.quarters)
    guard discs.count == levels + 1, zip(discs, discs.dropFirst()).allSatisfy({ $0 + 1 < $1 }) else {
      throw .levels(found: discs.count - 1, expected: levels)
    }
    for list in [cordAP, cordRL, canalAP, canalRL] where list.count != places { throw .levels(found: list.count, expected: places) }
    for list in [canalRight.count, canalFront.count, cordOutlines.count, canalOutlines.count] where list != levels {
      throw .levels(found: list, expected: levels)
    }
    for (cord, canal) in [(cordAP, canalAP), (cordRL, canalRL)] {
      for (i, (inner, outer)) in zip(cord, canal).enumerated() where !(inner > 0 && inner < outer) {
        throw .cordWiderThanCanal(level: Population.levels[i / Population.quarters], cord: inner, canal: outer)
      }
    }
    for narrowing in narrowings {
      guard (0...0.7).contains(narrowing.cord) else { throw .finding("narrowing of the cord", found: narrowing.cord, expected: "0 to 0.7") }
      guard narrowing.length > 1 else { throw .finding("length of a narrowing", found: narrowing.length, expected: "more than 1 mm") }
    }
    for thinning in thinnings where !(-1...0.8).contains(thinning.area) {
      throw .finding("share of the area that is lost", found: thinning.area, expected: "-1 to 0.8")
    }
    for lesion in lesions where lesion.halves.min() <= 0 {
      throw .finding("size of a lesion", found: lesion.halves.min(), expected: "more than 0 mm")
    }
  }
}
