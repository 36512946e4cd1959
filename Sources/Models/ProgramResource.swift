import Foundation

/// Files that travel with the program, in folders that the package manager puts beside it.
public enum ProgramResource {
  /// Path of a resource of one of this package's modules; the file need not be there.
  ///
  /// The accessor that the package manager generates ends the program when its folder is missing, as after copying the program alone;
  /// a path that leads nowhere becomes an error that names it.
  public static func path(_ file: String, of module: String) -> String {
    #if os(macOS)
      let folder = "SoftCord_\(module).bundle/Contents/Resources"
    #else
      let folder = "SoftCord_\(module).resources"
    #endif
    return "\(Bundle.main.bundlePath)/\(folder)/\(file)"
  }
}
