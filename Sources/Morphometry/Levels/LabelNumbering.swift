/// Which numbers stand for which discs and vertebrae in an image of labels.
///
/// In SoftCord, as in SCT, disc n lies above vertebra n: C1 = 1 … C7 = 7, T1 = 8 … T12 = 19, L1 = 20 … L5 = 24.
///
/// Source: SCT, *Labeling conventions*; TotalSpineSeg, table of labels in its README.
public enum LabelNumbering: String, Sendable, CaseIterable {
  /// Discs and vertebrae 1…25 as above; 49 and 50 are the pontomedullary groove and junction, 60 the conus.
  case sct
  /// Discs 63–67, 71–82, 91–95, 100; vertebrae 11–17, 21–32, 41–45; cord, canal and sacrum have numbers of their own.
  case totalspineseg

  /// The disc that a label stands for; `nil` for other things.
  public func disc(_ label: Int) -> Int? {
    switch (self, label) {
    case (.sct, 1...25): label
    case (.totalspineseg, 63...67): label - 60
    case (.totalspineseg, 71...82): label - 63
    case (.totalspineseg, 91...95): label - 71
    case (.totalspineseg, 100): 25
    default: nil
    }
  }

  /// The vertebra that a label stands for; `nil` for other things.
  public func vertebra(_ label: Int) -> Int? {
    switch (self, label) {
    case (.sct, 1...25): label
    case (.totalspineseg, 11...17): label - 10
    case (.totalspineseg, 21...32): label - 13
    case (.totalspineseg, 41...45): label - 21
    default: nil
    }
  }

  /// The numbering that an image's labels can only have been made with.
  ///
  /// - Parameter labels: All that occur, without 0.
  /// - Returns: `nil` where both would do: 11…17 are T4…T10 in one and C1…C7 in the other.
  public static func told(by labels: Set<Int>) -> LabelNumbering? {
    if labels.contains(where: { (26...48).contains($0) || (61...100).contains($0) }) { return .totalspineseg }
    // Vertebrae have no gaps: T3 (10) or T11 (18) would be there beside a whole column of T4…T10.
    if labels.isSuperset(of: [17, 21]), labels.isDisjoint(with: 18...20) { return .totalspineseg }
    return labels.allSatisfy { (11...17).contains($0) } && labels.count > 1 ? nil : .sct
  }

  /// Name of a vertebral level: 1 is C1.
  public static func name(ofLevel level: Int) -> String {
    switch level {
    case ...7: "C\(level)"
    case ...19: "T\(level - 7)"
    case ...24: "L\(level - 19)"
    default: "S\(level - 24)"
    }
  }

  /// Level of a name such as `C3`, `t1` or `3`.
  public static func level(named text: String) -> Int? {
    if let number = Int(text) { return (1...25).contains(number) ? number : nil }
    return (1...25).first { name(ofLevel: $0) == text.uppercased() }
  }
}
