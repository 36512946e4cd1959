import Datasets
import Files
import Reports

/// Plots of areas, written as SVG.
public enum AreaPlots {
  /// - Throws: `FileError`.
  public static func staged(_ plot: AreaPlot, at path: String) throws(FileError) -> StagedFile {
    try StagedFile(at: path, holding: Array(plot.svg.utf8))
  }

  /// One file for each mask, called like it; of masks of one name as many of the folders above are told as it takes.
  ///
  /// - Parameter folder: Made where it is not there.
  /// - Throws: `FileError`.
  public static func staged(_ plots: [(mask: String, plot: AreaPlot)], in folder: String) throws(FileError) -> [StagedFile] {
    try Folder.make(folder)
    var files: [StagedFile] = []
    for (name, plot) in zip(names(plots.map(\.mask)), plots.map(\.plot)) { files.append(try staged(plot, at: "\(folder)/\(name).svg")) }
    return files
  }

  /// A name for each mask, no two alike.
  static func names(_ masks: [String]) -> [String] {
    let parts = masks.map { Array(realPath(OutputName.withoutExtension($0)).split(separator: "/").map(String.init)) }
    var names = parts.map { $0.last ?? "" }
    for depth in 2...max(2, parts.map(\.count).max() ?? 2) {
      let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
      guard counts.values.contains(where: { $0 > 1 }) else { break }
      for index in names.indices where counts[names[index]]! > 1 { names[index] = parts[index].suffix(depth).joined(separator: "_") }
    }
    // One mask given twice, or .nii beside .nii.gz.
    var seen: [String: Int] = [:]
    return names.map { name in
      seen[name, default: 0] += 1
      return seen[name]! == 1 ? name : "\(name)_\(seen[name]!)"
    }
  }
}
