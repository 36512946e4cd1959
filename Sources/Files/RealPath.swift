#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The one spelling of a path, so that two paths are the same file exactly when they are equal: absolute, without links, `.` and `..`.
///
/// Of what is not there yet, the folders that are there are followed.
public func realPath(_ path: String) -> String {
  if let found = realpath(path, nil) {
    defer { free(found) }
    return String(cString: found)
  }
  let (folder, name) = (path.deletingLastPathComponent, path.lastPathComponent)
  // Neither the root nor the folder that we are in lies in another one.
  guard folder != path, path != "." else { return path }
  let place = realPath(folder.isEmpty ? "." : folder)
  return switch name {
  case ".": place
  case "..": place.deletingLastPathComponent
  default: place.appendingPathComponent(name)
  }
}
