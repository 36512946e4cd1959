#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// libdeflate, which unpacks gzip in half of zlib's time, where the machine has it: it is looked for when the first file is read.
///
/// It packs and unpacks whole files alone, so zlib reads what is damaged, or joined of several, and says what is wrong.
enum Libdeflate {
  private typealias Allocate = @convention(c) @Sendable () -> OpaquePointer?
  private typealias Free = @convention(c) @Sendable (OpaquePointer?) -> Void
  private typealias Unpack =
    @convention(c) @Sendable (
      OpaquePointer?, UnsafeRawPointer?, Int, UnsafeMutableRawPointer?, Int, UnsafeMutablePointer<Int>?, UnsafeMutablePointer<Int>?
    ) -> Int32

  private struct Functions: Sendable {
    let allocate: Allocate
    let free: Free
    let unpack: Unpack
  }

  /// The largest content that is unpacked at once, bytes: a whole file is held in memory meanwhile.
  private static let most = 1 << 29

  private static let functions: Functions? = {
    // For measurements: without the library.
    guard getenv("SOFTCORD_NO_LIBDEFLATE") == nil else { return nil }
    let library = ["libdeflate.so.0", "libdeflate.0.dylib"].lazy.compactMap { (name: String) in dlopen(name, RTLD_NOW | RTLD_LOCAL) }.first
    guard let library, let allocate = dlsym(library, "libdeflate_alloc_decompressor"),
      let free = dlsym(library, "libdeflate_free_decompressor"),
      let unpack = dlsym(library, "libdeflate_gzip_decompress_ex")
    else { return nil }
    return Functions(
      allocate: unsafeBitCast(allocate, to: Allocate.self), free: unsafeBitCast(free, to: Free.self),
      unpack: unsafeBitCast(unpack, to: Unpack.self))
  }()

  /// The content of a gzip file of one member that has exactly so many bytes.
  ///
  /// - Parameters:
  ///   - descriptor: The file, open to be read; where it is read next does not change.
  ///   - size: Of the file.
  ///   - expected: Bytes of the content.
  /// - Returns: To be freed by the caller; `nil` where the library is not there, or the file is another.
  static func content(of descriptor: Int32, size: Int, expected: Int) -> UnsafeMutableRawBufferPointer? {
    guard expected <= most, size > 0, let functions, let machine = functions.allocate() else { return nil }
    defer { functions.free(machine) }
    guard let packed = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), packed != MAP_FAILED else { return nil }
    defer { munmap(packed, size) }
    let content = UnsafeMutableRawBufferPointer.allocate(byteCount: expected, alignment: 64)
    var (read, written) = (0, 0)
    let status = functions.unpack(machine, packed, size, content.baseAddress, expected, &read, &written)
    guard status == 0, read == size, written == expected else {
      content.deallocate()
      return nil
    }
    return content
  }
}
