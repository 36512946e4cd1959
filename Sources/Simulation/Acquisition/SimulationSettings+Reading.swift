import Foundation

/// What is wrong with a user's settings.
public enum SettingsError: Error, Hashable, CustomStringConvertible {
  /// A key that no setting has; the valid keys of its place.
  case unknownKey(path: String, known: [String])
  /// A value of another kind than the setting's.
  case wrongType(path: String, expected: String, found: String)
  /// A value that cannot be scanned or drawn.
  case impossible(path: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .unknownKey(let path, let known): "\(path): no such setting; expected one of \(known.joined(separator: ", "))"
    case .wrongType(let path, let expected, let found): "\(path): found \(found), expected \(expected)"
    case .impossible(let path, let found, let expected): "\(path): found \(found), expected \(expected)"
    }
  }
}

extension SimulationSettings {
  /// The standard settings with some of them replaced.
  ///
  /// - Parameter changes: As from a JSON or YAML file: dictionaries, arrays, numbers, texts. Missing keys keep their standard.
  /// - Throws: ``SettingsError`` that names the key.
  public init(changing changes: [String: Any]) throws {
    let encoded = try JSONSerialization.jsonObject(with: JSONEncoder().encode(SimulationSettings.standard))
    let merged = try Self.merge(encoded, with: changes, path: "")
    do {
      self = try JSONDecoder().decode(SimulationSettings.self, from: JSONSerialization.data(withJSONObject: merged))
    } catch let DecodingError.dataCorrupted(context) {
      throw Self.refusal(context)
    } catch let DecodingError.typeMismatch(_, context) {
      throw Self.refusal(context)
    }
    try validate()
  }

  /// What the decoder did not like: a fraction where voxels are counted, a name that does not exist.
  private static func refusal(_ context: DecodingError.Context) -> SettingsError {
    let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? "." + $0.stringValue }.joined().dropFirst()
    return .wrongType(path: String(path), expected: "a value of the kind that --print-config shows", found: context.debugDescription)
  }

  private static func merge(_ standard: Any, with change: Any, path: String) throws -> Any {
    func expect(_ expected: String) -> SettingsError {
      .wrongType(path: path.isEmpty ? "settings" : path, expected: expected, found: kind(change))
    }
    if var settings = standard as? [String: Any] {
      guard let changes = change as? [String: Any] else { throw expect("a group of settings") }
      for key in changes.keys.sorted() {
        let inner = path.isEmpty ? key : "\(path).\(key)"
        guard let own = settings[key] else { throw SettingsError.unknownKey(path: inner, known: settings.keys.sorted()) }
        settings[key] = try merge(own, with: changes[key]!, path: inner)
      }
      return settings
    }
    if let list = standard as? [Any] {
      guard let changes = change as? [Any] else { throw expect("a list") }
      return try changes.enumerated().map { try merge(list[0], with: $1, path: "\(path)[\($0)]") }
    }
    if standard is String {
      guard change is String else { throw expect("a text") }
    } else if isBoolean(standard) {
      guard isBoolean(change) else { throw expect("true or false") }
    } else {
      guard !isBoolean(change), let number = (change as? Double) ?? (change as? Int).map(Double.init), number.isFinite else {
        throw expect("a number")
      }
    }
    return change
  }

  private static func isBoolean(_ value: Any) -> Bool {
    if let number = value as? NSNumber { return isBooleanNumber(number) }
    return value is Bool
  }

  private static func kind(_ value: Any) -> String {
    switch value {
    case is [String: Any]: "a group"
    case is [Any]: "a list"
    case is String: "the text \"\(value)\""
    default: "\(value)"
    }
  }
}

/// Whether JSON meant true or false: numbers and booleans come as the same class.
private func isBooleanNumber(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

extension SimulationSettings {
  /// Refuses what cannot be scanned or drawn.
  ///
  /// - Throws: ``SettingsError/impossible(path:found:expected:)``.
  public func validate() throws {
    func check(_ condition: Bool, _ path: String, _ found: Any, _ expected: String) throws {
      if !condition { throw SettingsError.impossible(path: path, found: "\(found)", expected: expected) }
    }
    for (name, plan) in protocols.sorted(by: { $0.key < $1.key }) {
      let path = "protocols.\(name)"
      try check(
        plan.matrix.count == 3 && plan.matrix.allSatisfy { (1...2048).contains($0) }, path + ".matrix", plan.matrix,
        "three numbers of voxels, 1 to 2048")
      try check(
        plan.spacing.count == 3 && plan.spacing.allSatisfy { $0 >= 0.1 && $0 <= 30 }, path + ".spacing", plan.spacing,
        "three voxel sizes of 0.1 to 30 mm")
      try check(plan.matrix.reduce(1, *) <= 100_000_000, path + ".matrix", plan.matrix, "at most 100 million voxels")
      try check((2...20).contains(plan.disc), path + ".disc", plan.disc, "a disc from 2 to 20 (T12/L1)")
      // The cord must lie in the field of view wherever within three SDs the technician puts it.
      let half = Double(plan.matrix[1]) * plan.spacing[1] / 2
      try check(
        abs(plan.front) + 3 * plan.frontOffset < half, path + ".front", "\(plan.front) ± \(plan.frontOffset)",
        "the cord within a field of view of \(2 * half) mm")
      try check(
        Double(plan.matrix[0]) * plan.spacing[0] >= 20, path + ".matrix", plan.matrix,
        "a field of view of at least 20 mm from right to left, or there is no cord in it")
      try check(Double(plan.matrix[2]) * plan.spacing[2] <= 360, path + ".matrix", plan.matrix, "at most 360 mm from head to foot")
      try check(
        plan.offset >= 0 && plan.frontOffset >= 0 && plan.obliqueness >= 0 && plan.obliqueness <= 20, path + ".obliqueness",
        plan.obliqueness, "SDs that are not negative, 0 to 20 degrees")
      let factors = [plan.sequence.repetitionTime, plan.sequence.echoTime, plan.sequence.inversionTime, plan.sequence.flipAngle]
      try check(factors.allSatisfy { $0 >= 0.1 && $0 <= 10 }, path + ".sequence", factors, "factors of 0.1 to 10")
      try check(plan.thickness > 0 && plan.thickness <= 2, path + ".thickness", plan.thickness, "more than 0, at most 2")
      try check(plan.flank >= 0 && plan.flank <= 1, path + ".flank", plan.flank, "0 to 1")
      try check(plan.signalToNoise.from > 0, path + ".signalToNoise", plan.signalToNoise.from, "more than 0")
      try check(plan.coil.from >= 0 && plan.coil.to <= 1, path + ".coil", plan.coil, "0 to 1")
      try check(
        plan.blur.count == 3 && plan.blur.allSatisfy { $0 >= 0 && $0 <= 5 }, path + ".blur", plan.blur, "three SDs of 0 to 5 voxels")
      try check(
        plan.shift >= 0 && plan.turn >= 0 && plan.jump >= 0 && plan.shift <= 20 && plan.turn <= 20 && plan.jump <= 10, path + ".shift",
        [plan.shift, plan.turn, plan.jump], "SDs of motion of 0 to 20 mm, 0 to 20 degrees, and 0 to 10 mm")
      for (spanName, span) in [("signalToNoise", plan.signalToNoise), ("coil", plan.coil), ("bias", plan.bias)] {
        try check(span.from <= span.to, "\(path).\(spanName)", "\(span.from)…\(span.to)", "from ≤ to")
      }
      for (artefact, rate) in plan.artefacts.sorted(by: { $0.key < $1.key }) {
        let inner = "\(path).artefacts.\(artefact)"
        try check((0...1).contains(rate.probability), inner + ".probability", rate.probability, "0 to 1")
        try check(
          rate.strength.from >= 0 && rate.strength.from <= rate.strength.to && rate.strength.to <= 1, inner + ".strength",
          "\(rate.strength.from)…\(rate.strength.to)", "0 ≤ from ≤ to ≤ 1")
      }
    }
    for (name, tissue) in tissues.sorted(by: { $0.key < $1.key }) {
      let times = [tissue.t1, tissue.t2, tissue.t2star]
      try check(times.allSatisfy { $0 > 0 }, "tissues.\(name)", times, "relaxation times of more than 0 ms")
      try check(
        tissue.density >= 0 && tissue.transfer >= 0 && tissue.diffusion >= 0 && tissue.texture >= 0, "tissues.\(name)", tissue,
        "no negative value")
    }
    try check(
      !fieldStrengths.isEmpty && fieldStrengths.allSatisfy { $0 > 0.1 && $0 < 12 }, "fieldStrengths", fieldStrengths,
      "some of 0.2 to 11.7 T")
    try check(
      pathologies.values.allSatisfy { $0 >= 0 } && pathologies.values.reduce(0, +) <= 1.000001, "pathologies", pathologies,
      "shares of 0 to 1 that sum to at most 1")
  }
}
