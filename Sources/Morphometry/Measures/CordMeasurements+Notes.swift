import Foundation

extension CordMeasurements {
  /// Objects that are named one by one.
  private static let most = 3

  /// What a reader should know of the mask as a whole: what was left out, and what is odd about it.
  public var notes: [String] {
    var notes: [String] = []
    if !leftOut.isEmpty {
      let named = leftOut.prefix(Self.most).map { object in
        let volume = String(format: object.volume < 10 ? "%.1f" : "%.0f", object.volume)
        return
          "\(volume) mm³ in slices \(object.slices.lowerBound):\(object.slices.upperBound), \(Int(object.distance.rounded())) mm from the cord"
      }
      let more = leftOut.count > Self.most ? ", and \(leftOut.count - Self.most) smaller" : ""
      notes.append("left out, for it is not cord: \(named.joined(separator: "; "))\(more)")
    }
    if pieces.count > 1 {
      let text = pieces.map { "\($0.lowerBound):\($0.upperBound)" }.joined(separator: ", ")
      notes.append("the cord has gaps, across which nothing is interpolated; it lies in slices \(text)")
    }
    if let haze {
      notes.append(String(format: "around the cord the mask has values up to %.3g instead of 0; values that low were not counted", haze))
    }
    if slices.contains(where: { $0.flags.contains(.axes) }) {
      notes.append(
        "the cord runs along an axis that the header does not call superior-inferior; it was cut across that axis, and sides are named by its shape: check the header's orientation"
      )
    } else if method == .sct, slices.contains(where: { $0.flags.contains(.steep) }) {
      notes.append(
        "the cord lies askew to the axis that the header calls superior-inferior, which SCT's recipe follows; --method exact follows the cord"
      )
    }
    return notes
  }
}
