import Volumes

/// What was measured in one slice of a mask.
public struct SliceMeasurement: Sendable, Hashable {
  /// Slice number in the mask's own grid, along its axis closest to superior-inferior.
  public let slice: Int
  /// The cord in this slice; `nil` where there is none.
  public let section: CrossSection?
  /// What a reader should know.
  public let flags: Flags
  /// Whether the image ends with this slice while the cord goes on.
  public var isCutByFieldOfView: Bool { flags.contains(.endOfImage) }
}

/// A mask's cord, measured in every slice: a collection with one element for each slice of the grid, by slice number.
public struct CordMeasurements: Sendable, RandomAccessCollection {
  /// How cross-sections were measured.
  public let method: MeasurementMethod
  /// The curve that sections are perpendicular to.
  public let centerline: Centerline
  /// One measurement for each slice of the grid.
  public let slices: [SliceMeasurement]
  /// What the mask holds beside the cord, largest first.
  public let leftOut: [LeftOut]
  /// Value of the haze around the cord, which was not counted; `nil` without.
  public let haze: Double?
  /// How errors of slices go together; `nil` for a method that knows no errors.
  let correlation: Correlation?

  public var startIndex: Int { slices.startIndex }
  public var endIndex: Int { slices.endIndex }
  public subscript(position: Int) -> SliceMeasurement { slices[position] }

  /// First to last slice of each piece of the cord, in the order of the file.
  public var pieces: [ClosedRange<Int>] {
    slices.filter { $0.section != nil }.map(\.slice).reduce(into: []) { pieces, slice in
      if let last = pieces.last, slice == last.upperBound + 1 {
        pieces[pieces.count - 1] = last.lowerBound...slice
      } else {
        pieces.append(slice...slice)
      }
    }
  }
}
