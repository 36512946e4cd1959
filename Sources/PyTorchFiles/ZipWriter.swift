import Foundation

/// A zip archive of stored files, made in memory.
struct ZipWriter {
  private(set) var bytes = Data()
  private var directory = Data()
  private var count = 0

  mutating func add(_ name: String, _ content: Data) throws(PyTorchFileError) {
    guard bytes.count + content.count < Int(UInt32.max) else { throw .tooLarge("more than 4 GB of weights") }
    let sizes = Data(UInt32(content.count)) + Data(UInt32(content.count))
    // Version 2.0, names in UTF-8, stored, the first day of zip's calendar.
    let common =
      Data(UInt16(20)) + Data(UInt16(0x800)) + Data(UInt16(0)) + Data(UInt16(0)) + Data(UInt16(0x21))
      + Data(ZipArchive.checksum(content)) + sizes + Data(UInt16(name.utf8.count))
    directory +=
      Data(UInt32(0x0201_4B50)) + Data(UInt16(20)) + common + Data(UInt16(0)) + Data(UInt16(0)) + Data(UInt16(0)) + Data(UInt16(0))
      + Data(UInt32(0)) + Data(UInt32(bytes.count)) + Data(name.utf8)
    bytes += Data(UInt32(0x0403_4B50)) + common + Data(UInt16(0)) + Data(name.utf8) + content
    count += 1
  }

  /// The archive with its directory.
  func finished() -> Data {
    bytes + directory + Data(UInt32(0x0605_4B50)) + Data(UInt32(0)) + Data(UInt16(count)) + Data(UInt16(count))
      + Data(UInt32(directory.count)) + Data(UInt32(bytes.count)) + Data(UInt16(0))
  }
}

extension Data {
  /// A number's little-endian bytes.
  init<Number: FixedWidthInteger>(_ number: Number) {
    self = Swift.withUnsafeBytes(of: number.littleEndian) { Data($0) }
  }
}
