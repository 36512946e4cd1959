import Datasets
import Morphometry
import NIfTI

/// Which levels are told apart, and by which files.
public struct LabelFiles: Sendable {
  /// Labels of discs: a file, a name with `{}`, `auto`, or a folder that holds those of every scan.
  public var discs: String?
  /// The same for images whose voxels carry the number of their vertebra. One of both at most.
  public var levels: String?
  /// Numbers of the labels; `nil` goes by what they tell.
  public var numbering: LabelNumbering?
  /// Vertebrae taken as one; `nil` takes each level alone.
  public var vertebrae: ClosedRange<Int>?

  public init(
    discs: String? = nil, levels: String? = nil, numbering: LabelNumbering? = nil, vertebrae: ClosedRange<Int>? = nil
  ) {
    (self.discs, self.levels, self.numbering, self.vertebrae) = (discs, levels, numbering, vertebrae)
  }

  public var isGiven: Bool { discs != nil || levels != nil }

  /// Labels that belong to a mask.
  ///
  /// - Parameter mask: Path.
  /// - Returns: `nil` where none were asked for, or auto or a folder has none.
  /// - Throws: `NIfTIError`, `MaskError`.
  public func labels(of mask: String) throws -> LevelLabels? {
    let companions = CompanionSearch(of: mask)
    if let discs {
      guard let path = companions.find(discs, .discs) else { return nil }
      return .discs(try NIfTI.labels(path).volume, numbering: numbering)
    }
    guard let levels, let path = companions.find(levels, .levels) else { return nil }
    return .levels(try NIfTI.labels(path).volume, numbering: numbering)
  }
}
