/// Why levels could not be told from labels.
public enum LevelError: Error, Hashable, CustomStringConvertible {
  /// No voxel of the image is a label of what was looked for.
  case noLabels(expected: String)
  /// A value that is no whole number from 0 to 100, so the image holds something else.
  case notLabels(value: Float)
  /// Labels that two numberings read differently.
  case ambiguous(labels: [Int])
  /// A disc or vertebra that lies too far from the cord to belong to it; mm.
  case offTheCord(name: String, distance: Double, limit: Double)
  /// One number at two places along the cord, mm apart.
  case duplicate(name: String, apart: Double)
  /// Two that do not follow each other from the head to the feet.
  case outOfOrder(upper: String, lower: String)

  public var description: String {
    switch self {
    case .noLabels(let expected): "no voxel is labelled where \(expected) was expected; check the file and its numbering"
    case .notLabels(let value):
      "value \(value) where whole numbers from 0 to 100 were expected; is this an image of labels, and not a scan?"
    case .ambiguous(let labels):
      "labels \(labels.map(String.init).joined(separator: ", ")) are T4 to T10 as SCT numbers and C1 to C7 as TotalSpineSeg does; say which by --numbering"
    case .offTheCord(let name, let distance, let limit):
      "\(name) lies \(Int(distance.rounded())) mm from the cord, expected at most \(Int(limit)) mm; do mask and labels belong to the same scan?"
    case .duplicate(let name, let apart):
      "\(name) occurs at two places \(Int(apart.rounded())) mm apart along the cord, expected one; remove the wrong label"
    case .outOfOrder(let upper, let lower):
      "\(lower) lies above \(upper), expected below it; check the labels' numbers"
    }
  }
}
