import Volumes

/// The fields of a NIfTI header that SoftCord reads or keeps.
public struct NIfTIHeader: Sendable, Hashable {
  /// NIfTI-1 (348 bytes) or NIfTI-2 (540 bytes).
  public enum Version: Int, Sendable {
    case one = 1
    case two = 2
  }

  public internal(set) var version = Version.one
  /// Whether the most significant byte comes first.
  public internal(set) var isBigEndian = false
  /// Whether the voxels are in a second file.
  public internal(set) var isPair = false
  /// Voxels along x, y, z, then time and beyond; at least three, without trailing ones past the third.
  public internal(set) var dimensions: [Int]
  /// Code of the stored type, 4 is int16, 16 is float32.
  public internal(set) var dataType: Int
  /// Handedness of the qform, then steps along each axis, as stored; eight.
  public internal(set) var pixdim: [Double] = [1, 1, 1, 1, 1, 1, 1, 1]
  /// First byte of the voxels, as stored.
  public internal(set) var dataOffset = 0.0
  /// Value = stored × slope + intercept; a slope of 0 means none.
  public internal(set) var slope = 1.0
  public internal(set) var intercept = 0.0
  /// Values that viewers show darkest and brightest; both 0 where the file leaves it to them.
  public internal(set) var displayRange = SIMD2(0.0, 0.0)
  /// Units of space (low three bits) and of time, as stored (`xyzt_units`).
  public internal(set) var units = 2 | 8
  /// Free text, at most 79 bytes (`descrip`).
  public internal(set) var text = ""
  /// What the qform and the sform are aligned to: 0 absent, 1 scanner, 2 another image, 3 Talairach, 4 MNI.
  public internal(set) var qformCode = 1
  public internal(set) var sformCode = 1
  /// Components b, c, d of the qform's unit quaternion, and its offset in stored units.
  public internal(set) var quaternion = SIMD3<Double>.zero
  public internal(set) var quaternionOffset = SIMD3<Double>.zero
  /// The sform, as stored.
  public internal(set) var sform = Affine.identity

  /// Voxels along the three axes of space.
  public var shape: SIMD3<Int> { SIMD3(dimensions[0], dimensions[1], dimensions[2]) }

  /// Number of volumes: the product of the dimensions past space.
  public var volumes: Int { dimensions.dropFirst(3).reduce(1, *) }

  /// Millimeters in the file's unit of space; a unit that is unknown is taken as the millimeter.
  public var millimetersPerUnit: Double {
    switch units & 7 {
    case 1: 1000
    case 3: 0.001
    default: 1
    }
  }

  var layout: HeaderLayout { version == .one ? .version1 : .version2 }

  /// Bytes that the header itself takes in its file.
  var byteCount: Int { layout.size }

  init(dimensions: [Int], dataType: Int) { (self.dimensions, self.dataType) = (dimensions, dataType) }
}

extension NIfTIHeader {
  /// Reads and checks the header at a file's beginning.
  init(reading file: InputFile) throws(NIfTIError) {
    let size = HeaderLayout.version1.size
    var header = HeaderBytes(bytes: try file.bytes(size))
    let found = header.bytes.count
    if header.bytes.starts(with: Array("/annex/objects/".utf8)) { throw .notFetched(path: file.path) }
    guard found >= 4 else { throw .truncatedHeader(path: file.path, expected: size, found: found) }
    // The first number is the header's size, whose bytes tell their order.
    var declared = 0
    for order in [false, true] where declared == 0 {
      header.bigEndian = order
      let value = header.integer(at: 0, width: 4)
      if value == 348 || value == 540 { declared = value }
    }
    guard declared > 0 else {
      throw .notNIfTI(path: file.path, found: "first bytes \(Self.hexadecimal(header.bytes.prefix(4)))")
    }
    if declared == 540, found == size { header.bytes += try file.bytes(540 - size) }
    guard header.bytes.count == declared else {
      throw .truncatedHeader(path: file.path, expected: declared, found: header.bytes.count)
    }
    try self.init(header, version: declared == 348 ? .one : .two, path: file.path)
  }

  private init(_ header: HeaderBytes, version: Version, path: String) throws(NIfTIError) {
    let layout: HeaderLayout = version == .one ? .version1 : .version2
    func real(_ offset: Int, _ index: Int = 0) -> Double {
      header.real(at: offset + index * layout.realWidth, width: layout.realWidth)
    }
    func vector(_ offset: Int) -> SIMD3<Double> { [real(offset), real(offset, 1), real(offset, 2)] }

    let magic = header.bytes[layout.magic..<layout.magic + (version == .one ? 4 : 8)]
    let (single, pair): ([UInt8], [UInt8]) =
      version == .one
      ? (Array("n+1\0".utf8), Array("ni1\0".utf8)) : (Array("n+2\0\r\n\u{1a}\n".utf8), Array("ni2\0\r\n\u{1a}\n".utf8))
    guard magic.elementsEqual(single) || magic.elementsEqual(pair) else {
      throw .notNIfTI(path: path, found: "the magic bytes \(Self.hexadecimal(magic)) (zeros: ANALYZE 7.5, which has no orientation)")
    }

    let stored = (0..<8).map {
      header.integer(at: layout.dimensions + $0 * layout.dimensionWidth, width: layout.dimensionWidth)
    }
    self.init(
      dimensions: try Self.checkedDimensions(stored, path: path), dataType: header.integer(at: layout.dataType, width: 2))
    (self.version, isBigEndian, isPair) = (version, header.bigEndian, magic.elementsEqual(pair))
    pixdim = (0..<8).map { real(layout.pixdim, $0) }
    dataOffset = version == .one ? real(layout.dataOffset) : Double(header.integer(at: layout.dataOffset, width: 8))
    (slope, intercept) = (real(layout.slope), real(layout.intercept))
    displayRange = [real(layout.displayMinimum), real(layout.displayMaximum)]
    units = header.integer(at: layout.units, width: version == .one ? 1 : 4) & 0xff
    let text = header.bytes[layout.text..<layout.text + HeaderLayout.textSize].prefix { $0 != 0 }
    self.text = String(decoding: text, as: UTF8.self)
    qformCode = header.integer(at: layout.qformCode, width: layout.codeWidth)
    sformCode = header.integer(at: layout.sformCode, width: layout.codeWidth)
    (quaternion, quaternionOffset) = (vector(layout.quaternion), vector(layout.quaternionOffset))
    func column(_ index: Int) -> SIMD3<Double> {
      [real(layout.sform, index), real(layout.sform, index + 4), real(layout.sform, index + 8)]
    }
    sform = Affine(x: column(0), y: column(1), z: column(2), origin: column(3))
  }

  /// The dimensions that count, of the eight stored numbers, the first of which says how many do.
  private static func checkedDimensions(_ stored: [Int], path: String) throws(NIfTIError) -> [Int] {
    guard (1...7).contains(stored[0]) else {
      throw .dimensions(path: path, found: stored, reason: "expected 1 to 7 of them, found \(stored[0])")
    }
    var dimensions = Array(stored[1...stored[0]])
    guard dimensions.allSatisfy({ $0 > 0 }) else {
      throw .dimensions(path: path, found: dimensions, reason: "expected each to be at least 1")
    }
    while dimensions.count > 3, dimensions.last == 1 { dimensions.removeLast() }
    while dimensions.count < 3 { dimensions.append(1) }
    guard dimensions.dropFirst(3).count(where: { $0 > 1 }) <= 1 else {
      throw .dimensions(path: path, found: dimensions, reason: "expected one dimension past space, found several")
    }
    var bytes = 8  // of the largest voxel type
    for dimension in dimensions {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
      if overflow { throw .dimensions(path: path, found: dimensions, reason: "their product overflows") }
      bytes = product
    }
    return dimensions
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}
