/// A kind of acquisition. Raw values are the names of files in the Spine Generic database.
public enum Contrast: String, CaseIterable, Sendable, Codable {
  case t1w = "T1w"
  case t2w = "T2w"
  case t2star = "T2star"
  case mtOn = "flip-1_mt-on_MTS"
  case mtOff = "flip-2_mt-off_MTS"
  case dwi = "rec-average_dwi"
  /// No real sequence: every tissue has a signal of its own drawing, so that a network cannot rely on any.
  case random

  /// The six real ones.
  public static let named: [Contrast] = allCases.filter { $0 != .random }
}
