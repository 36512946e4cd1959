import CPNG
import Files

/// Why a report could not be made.
public enum ReportError: Error, Hashable, CustomStringConvertible {
  /// libpng refused to encode a picture.
  case encodingFailed(width: Int, height: Int, reason: String)

  public var description: String {
    switch self {
    case .encodingFailed(let width, let height, let reason):
      "picture of \(width) x \(height) pixels: libpng could not encode it (\(reason))"
    }
  }
}

extension Picture {
  /// The picture as the bytes of a PNG file.
  ///
  /// - Throws: ``ReportError/encodingFailed(width:height:reason:)``, as for a picture too large for the format.
  public func png() throws(ReportError) -> [UInt8] {
    // libpng's simplified interface reports errors in the image itself; its full one would long-jump through Swift.
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
    // What does not compress grows by a few bytes for each row and each 8 KiB chunk.
    var size = png_alloc_size_t(bytes.count + bytes.count / 256 + 16 * height + 4096)
    var encoded = [UInt8](repeating: 0, count: Int(size))
    let written = bytes.withUnsafeBytes { pixels in
      encoded.withUnsafeMutableBytes { target in
        png_image_write_to_memory(&image, target.baseAddress, &size, 0, pixels.baseAddress, 0, nil)
      }
    }
    guard written != 0 else {
      let reason = withUnsafeBytes(of: &image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      png_image_free(&image)
      throw .encodingFailed(width: width, height: height, reason: reason)
    }
    encoded.removeSubrange(Int(size)...)
    return encoded
  }

  /// Writes the picture as a PNG file, whole or not at all.
  public func write(to path: String) throws { try StagedFile.commit([staged(at: path)]) }

  /// The picture as a PNG file, not yet in its place.
  public func staged(at path: String) throws -> StagedFile { try StagedFile(at: path, holding: png()) }
}
