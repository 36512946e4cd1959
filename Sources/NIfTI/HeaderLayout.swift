/// Where each field of a NIfTI header is: byte offsets, and the widths in which the two versions differ.
struct HeaderLayout: Sendable {
  let size: Int
  /// Bytes of a dimension, of a form or intent code, of a real number.
  let dimensionWidth, codeWidth, realWidth: Int
  let magic, dataType, bitsPerVoxel, dimensions, pixdim, dataOffset, slope, intercept: Int
  let displayMaximum, displayMinimum, units, text, qformCode, sformCode, quaternion, quaternionOffset, sform: Int

  /// nifti1.h
  static let version1 = HeaderLayout(
    size: 348, dimensionWidth: 2, codeWidth: 2, realWidth: 4, magic: 344, dataType: 70, bitsPerVoxel: 72, dimensions: 40,
    pixdim: 76, dataOffset: 108, slope: 112, intercept: 116, displayMaximum: 124, displayMinimum: 128, units: 123, text: 148,
    qformCode: 252, sformCode: 254, quaternion: 256, quaternionOffset: 268, sform: 280)

  /// nifti2.h
  static let version2 = HeaderLayout(
    size: 540, dimensionWidth: 8, codeWidth: 4, realWidth: 8, magic: 4, dataType: 12, bitsPerVoxel: 14, dimensions: 16,
    pixdim: 104, dataOffset: 168, slope: 176, intercept: 184, displayMaximum: 192, displayMinimum: 200, units: 500, text: 240,
    qformCode: 344, sformCode: 348, quaternion: 352, quaternionOffset: 376, sform: 400)

  /// Bytes of the description field.
  static let textSize = 80
}

/// Numbers at byte offsets, in either byte order.
struct HeaderBytes {
  var bytes: [UInt8]
  var bigEndian = false

  /// A signed integer of `width` bytes.
  func integer(at offset: Int, width: Int) -> Int {
    let places = offset..<offset + width
    let unsigned = (bigEndian ? Array(places) : places.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) }
    let unused = 64 - 8 * width
    return Int(Int64(bitPattern: unsigned << unused) >> unused)
  }

  /// A float of 4 or 8 bytes.
  func real(at offset: Int, width: Int) -> Double {
    let bits = integer(at: offset, width: width)
    return width == 4 ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) : Double(bitPattern: UInt64(bitPattern: Int64(bits)))
  }

  /// Sets a little-endian integer of `width` bytes.
  mutating func set(_ value: Int, at offset: Int, width: Int) {
    for i in 0..<width { bytes[offset + i] = UInt8(truncatingIfNeeded: value >> (8 * i)) }
  }

  /// Sets a little-endian float of 4 or 8 bytes.
  mutating func set(_ value: Double, at offset: Int, width: Int) {
    set(width == 4 ? Int(Float(value).bitPattern) : Int(truncatingIfNeeded: value.bitPattern), at: offset, width: width)
  }
}
