/// Who is scanned how in scans to train on: what a share leaves to 1 is otherwise.
public struct ScanMixture: Sendable, Hashable, Codable {
  /// Share of scans in any way, often in a contrast that does not exist.
  public var any = 0.35
  /// Share of echo-planar series.
  public var echoPlanar = 0.08
  /// Share of scans as clinics make them. What is left is by the Spine Generic protocol.
  public var clinical = 0.27
  /// Share of scans with other echo, repetition or inversion times and flip angles than the protocol's.
  public var otherTimes = 0.6
  /// Share of people with a finding.
  public var findings = 0.3
  /// Share of people who are thinner or thicker than people are: what is seen, not what is expected, should say where the cord ends.
  public var otherSizes = 0.5
  /// Least and largest share of the cord's area that these people lose, percent; below 0 they gain.
  public var thinning = [-30.0, 45]
  /// Share of people whose denticulate ligament touches the cord and looks like it.
  public var seams = 0.5

  /// What the shipped model was trained with.
  public init() {}

  // Every key has its default, so that a configuration names only what it changes.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ key: CodingKeys, _ standard: Value) throws -> Value {
      try values.decodeIfPresent(Value.self, forKey: key) ?? standard
    }
    any = try read(.any, any)
    echoPlanar = try read(.echoPlanar, echoPlanar)
    clinical = try read(.clinical, clinical)
    otherTimes = try read(.otherTimes, otherTimes)
    findings = try read(.findings, findings)
    otherSizes = try read(.otherSizes, otherSizes)
    thinning = try read(.thinning, thinning)
    seams = try read(.seams, seams)
  }

  /// What cannot be drawn; `nil` where all can.
  public var fault: String? {
    for (name, share) in [
      ("any", any), ("echoPlanar", echoPlanar), ("clinical", clinical), ("otherTimes", otherTimes), ("findings", findings),
      ("otherSizes", otherSizes), ("seams", seams),
    ] where !(0...1).contains(share) { return "\(name) must lie in 0…1" }
    if any + echoPlanar + clinical > 1 { return "any, echoPlanar and clinical must not sum to more than 1" }
    guard thinning.count == 2, thinning[0] <= thinning[1], thinning[0] > -100, thinning[1] < 100 else {
      return "thinning must be two shares between -100 and 100 percent, the smaller one first"
    }
    return nil
  }
}
