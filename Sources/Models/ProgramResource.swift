import Foundation
import Synchronization

/// Files that travel with the program, in folders that the package manager puts beside it.
public enum ProgramResource {
  private static let named = Mutex<String?>(nil)

  /// Where the folders `SoftCord_*.resources` lie: beside the running program, unless one is named. A program that keeps them elsewhere, or
  /// that was not built by the package manager, names the folder before it loads a model.
  public static var folder: String {
    get { named.withLock { $0 } ?? Bundle.main.bundlePath }
    set { named.withLock { $0 = newValue } }
  }

  /// Path of a resource of one of this package's modules; the file need not be there.
  ///
  /// The accessor that the package manager generates ends the program when its folder is missing, as after copying the program alone;
  /// a path that leads nowhere becomes an error that names it.
  public static func path(_ file: String, of module: String, in folder: String = ProgramResource.folder) -> String {
    #if os(macOS)
      let bundle = "SoftCord_\(module).bundle/Contents/Resources"
    #else
      let bundle = "SoftCord_\(module).resources"
    #endif
    return "\(folder)/\(bundle)/\(file)"
  }
}
