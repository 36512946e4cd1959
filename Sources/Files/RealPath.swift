#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The one spelling of a path, so that two paths are the same file exactly when they are equal: absolute, without links, `.` and `..`.
///
/// Of a file that is not there yet, its folder is followed.
public func realPath(_ path: String) -> String {
  func resolved(_ path: String) -> String? {
    guard let found = realpath(path, nil) else { return nil }
    defer { free(found) }
    return String(cString: found)
  }
  if let found = resolved(path) { return found }
  let parts = path.split(separator: "/", omittingEmptySubsequences: true)
  guard let name = parts.last else { return path }
  let above = parts.dropLast().joined(separator: "/")
  let folder = path.hasPrefix("/") ? "/" + above : above.isEmpty ? "." : above
  return (resolved(folder) ?? folder) + "/" + name
}
