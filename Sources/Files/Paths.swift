// Parts of a path, by its bytes, as the file system sees them. Foundation's own ways through NSString trap on some names (two slashes in a
// row, with a Chinese name before them).
extension String {
  /// What follows the last slash that is not at the end: `c.nii.gz` of `a/b/c.nii.gz` and of `a/b/c.nii.gz/`.
  public var lastPathComponent: String {
    pathComponents.last ?? (utf8.isEmpty ? "" : "/")
  }

  /// The folder that the last component lies in: `a/b` of `a/b/c`, empty where there is none, `/` for the root itself.
  public var deletingLastPathComponent: String {
    (utf8.first == Self.slash ? "/" : "") + pathComponents.dropLast().joined(separator: "/")
  }

  /// What follows the last dot of the last component, which does not begin with it: `gz` of `a/b.nii.gz`; empty where there is none.
  public var pathExtension: String { lastDot.map { String(decoding: $0.name[$0.dot...].dropFirst(), as: UTF8.self) } ?? "" }

  /// The path without its last dot and what follows it.
  public var deletingPathExtension: String {
    guard let (name, dot) = lastDot else { return self }
    let folder = deletingLastPathComponent
    return folder.appendingPathComponent(String(decoding: name[..<dot], as: UTF8.self))
  }

  /// The path of something in this folder; the name itself where this is empty.
  public func appendingPathComponent(_ name: String) -> String {
    utf8.isEmpty || utf8.last == Self.slash ? self + name : self + "/" + name
  }

  private static let slash = UInt8(ascii: "/")

  private var pathComponents: [String] { utf8.split(separator: Self.slash).map { String(decoding: $0, as: UTF8.self) } }

  private var lastDot: (name: [UInt8], dot: Int)? {
    let name = Array(lastPathComponent.utf8)
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0, dot < name.count - 1 else { return nil }
    return (name, dot)
  }
}
