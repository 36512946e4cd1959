/// What is wrong with a user's settings.
public enum SettingsError: Error, Hashable, CustomStringConvertible {
  /// A value that cannot be scanned or drawn.
  case impossible(path: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .impossible(let path, let found, let expected): "\(path): found \(found), expected \(expected)"
    }
  }
}

extension SimulationSettings {
  /// Refuses what cannot be scanned or drawn.
  ///
  /// - Throws: ``SettingsError/impossible(path:found:expected:)``.
  public func validate() throws {
    for (name, plan) in protocols.sorted(by: { $0.key < $1.key }) { try plan.validate(at: "protocols.\(name)") }
    for (name, tissue) in tissues.sorted(by: { $0.key < $1.key }) {
      let times = [tissue.t1, tissue.t2, tissue.t2star]
      try require(times.allSatisfy { $0 > 0 }, "tissues.\(name)", times, "relaxation times of more than 0 ms")
      try require(
        tissue.density >= 0 && tissue.transfer >= 0 && tissue.diffusion >= 0 && tissue.texture >= 0, "tissues.\(name)", tissue,
        "no negative value")
    }
    try require(
      !fieldStrengths.isEmpty && fieldStrengths.allSatisfy { $0 > 0.1 && $0 < 12 }, "fieldStrengths", fieldStrengths,
      "some of 0.2 to 11.7 T")
    try require(
      pathologies.values.allSatisfy { $0 >= 0 } && pathologies.values.reduce(0, +) <= 1.000001, "pathologies", pathologies,
      "shares of 0 to 1 that sum to at most 1")
  }
}

extension ScanProtocol {
  /// Refuses what cannot be scanned.
  ///
  /// - Parameter path: Of the protocol's keys, for messages.
  fileprivate func validate(at path: String) throws {
    try validateGeometry(at: path)
    try validateSignal(at: path)
  }

  private func validateGeometry(at path: String) throws {
    try require(
      matrix.count == 3 && matrix.allSatisfy { (1...2048).contains($0) }, path + ".matrix", matrix,
      "three numbers of voxels, 1 to 2048")
    try require(
      spacing.count == 3 && spacing.allSatisfy { $0 >= 0.1 && $0 <= 30 }, path + ".spacing", spacing,
      "three voxel sizes of 0.1 to 30 mm")
    try require(matrix.reduce(1, *) <= 100_000_000, path + ".matrix", matrix, "at most 100 million voxels")
    try require((2...20).contains(disc), path + ".disc", disc, "a disc from 2 to 20 (T12/L1)")
    // The cord must lie in the field of view wherever within three SDs the technician puts it.
    let half = Double(matrix[1]) * spacing[1] / 2
    try require(
      abs(front) + 3 * frontOffset < half, path + ".front", "\(front) ± \(frontOffset)",
      "the cord within a field of view of \(2 * half) mm")
    try require(
      Double(matrix[0]) * spacing[0] >= 20, path + ".matrix", matrix,
      "a field of view of at least 20 mm from right to left, or there is no cord in it")
    try require(Double(matrix[2]) * spacing[2] <= 360, path + ".matrix", matrix, "at most 360 mm from head to foot")
    try require(
      offset >= 0 && frontOffset >= 0 && obliqueness >= 0 && obliqueness <= 20, path + ".obliqueness",
      obliqueness, "SDs that are not negative, 0 to 20 degrees")
  }

  private func validateSignal(at path: String) throws {
    let factors = [sequence.repetitionTime, sequence.echoTime, sequence.inversionTime, sequence.flipAngle]
    try require(factors.allSatisfy { $0 >= 0.1 && $0 <= 10 }, path + ".sequence", factors, "factors of 0.1 to 10")
    try require(thickness > 0 && thickness <= 2, path + ".thickness", thickness, "more than 0, at most 2")
    try require(flank >= 0 && flank <= 1, path + ".flank", flank, "0 to 1")
    try require(signalToNoise.from > 0, path + ".signalToNoise", signalToNoise.from, "more than 0")
    try require(coil.from >= 0 && coil.to <= 1, path + ".coil", coil, "0 to 1")
    try require(
      blur.count == 3 && blur.allSatisfy { $0 >= 0 && $0 <= 5 }, path + ".blur", blur, "three SDs of 0 to 5 voxels")
    try require(
      shift >= 0 && turn >= 0 && jump >= 0 && shift <= 20 && turn <= 20 && jump <= 10, path + ".shift",
      [shift, turn, jump], "SDs of motion of 0 to 20 mm, 0 to 20 degrees, and 0 to 10 mm")
    for (spanName, span) in [("signalToNoise", signalToNoise), ("coil", coil), ("bias", bias)] {
      try require(span.from <= span.to, "\(path).\(spanName)", "\(span.from)…\(span.to)", "from ≤ to")
    }
    for (artefact, rate) in artefacts.sorted(by: { $0.key < $1.key }) {
      let inner = "\(path).artefacts.\(artefact)"
      try require((0...1).contains(rate.probability), inner + ".probability", rate.probability, "0 to 1")
      try require(
        rate.strength.from >= 0 && rate.strength.from <= rate.strength.to && rate.strength.to <= 1, inner + ".strength",
        "\(rate.strength.from)…\(rate.strength.to)", "0 ≤ from ≤ to ≤ 1")
    }
  }
}

private func require(_ condition: Bool, _ path: String, _ found: Any, _ expected: String) throws {
  if !condition { throw SettingsError.impossible(path: path, found: "\(found)", expected: expected) }
}
