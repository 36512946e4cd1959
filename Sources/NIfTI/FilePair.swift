#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The two names of an image that is stored as `.hdr` + `.img`, each perhaps compressed.
enum FilePair {
  /// The file with the header, given either file of a pair; any other name stands for itself.
  static func header(of path: String) throws(NIfTIError) -> String {
    let (base, isCompressed) = withoutGzip(path)
    guard base.hasSuffix(".img") else { return path }
    let found = first(base.dropLast(4) + ".hdr", compressedFirst: isCompressed)
    if let found { return found }
    if access(path, F_OK) != 0 { throw .missing(path: path) }
    throw .pairMissing(path: path, expected: base.dropLast(4) + ".hdr")
  }

  /// The file with the voxels, given the one with the header.
  static func data(of headerPath: String) throws(NIfTIError) -> String {
    let (base, isCompressed) = withoutGzip(headerPath)
    let stem = base.hasSuffix(".hdr") || base.hasSuffix(".nii") ? base.dropLast(4) : base[...]
    guard let found = first(stem + ".img", compressedFirst: isCompressed) else {
      throw .pairMissing(path: headerPath, expected: stem + ".img")
    }
    return found
  }

  private static func withoutGzip(_ path: String) -> (String, Bool) {
    path.hasSuffix(".gz") ? (String(path.dropLast(3)), true) : (path, false)
  }

  private static func first(_ plain: String, compressedFirst: Bool) -> String? {
    let names = compressedFirst ? [plain + ".gz", plain] : [plain, plain + ".gz"]
    return names.first { access($0, F_OK) == 0 }
  }
}
