import Volumes

/// What is wrong with a simulated cord. The truth stays exact in every case.
public enum Pathology: String, Sendable, Codable, CaseIterable {
  case none
  /// A cord thinner all along.
  case atrophy
  /// A canal narrowed at one to three discs, flattening the cord.
  case compression
  /// Patches of another signal; they do not change the cord's shape.
  case lesion
  /// One of the four, drawn for each person.
  case mixed

  /// What one person has.
  func drawn(_ g: inout Generator) -> Pathology {
    guard self == .mixed else { return self }
    let kinds: [Pathology] = [.none, .atrophy, .compression, .lesion]
    return kinds[Int(g.uniform(0, Double(kinds.count)))]
  }
}
