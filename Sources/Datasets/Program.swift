extension DatasetDescription.Program {
  /// This program, as it names itself in all that it writes.
  public static let softcord = DatasetDescription.Program(name: "softcord", version: "0.1.0")

  /// Name and version: `softcord 0.1.0`.
  public var title: String { [name, version].compactMap(\.self).joined(separator: " ") }
}
