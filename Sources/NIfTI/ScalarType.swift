/// NIfTI's data types that hold one real number, by their code.
enum ScalarType: Int, CaseIterable {
  case uint8 = 2
  case int16 = 4
  case int32 = 8
  case float32 = 16
  case float64 = 64
  case int8 = 256
  case uint16 = 512
  case uint32 = 768
  case int64 = 1024
  case uint64 = 1280

  /// Bytes per voxel.
  var size: Int {
    switch self {
    case .uint8, .int8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// What the standard calls a code that is refused.
  static func name(ofRefused code: Int) -> String {
    switch code {
    case 1: "single bits"
    case 32, 1792, 2048: "complex numbers"
    case 128: "RGB colors"
    case 2304: "RGBA colors"
    case 1536: "128-bit floats"
    default: "unknown to NIfTI"
    }
  }

  /// Turns stored numbers into values: stored × slope + intercept.
  ///
  /// - Parameters:
  ///   - raw: Whole voxels, aligned for this type.
  ///   - swapped: The bytes are in the other order than this machine's.
  ///   - values: As many as there are voxels in `raw`.
  func decode(
    _ raw: UnsafeRawBufferPointer, swapped: Bool, slope: Double, intercept: Double, into values: UnsafeMutableBufferPointer<Float>
  ) {
    // Each case is one loop over one type, which the compiler turns into vector instructions.
    switch self {
    case .uint8: convert(raw, swapped, into: values) { (bits: UInt8) in Float(Double(bits) * slope + intercept) }
    case .int8: convert(raw, swapped, into: values) { (bits: Int8) in Float(Double(bits) * slope + intercept) }
    case .uint16: convert(raw, swapped, into: values) { (bits: UInt16) in Float(Double(bits) * slope + intercept) }
    case .int16: convert(raw, swapped, into: values) { (bits: Int16) in Float(Double(bits) * slope + intercept) }
    case .uint32: convert(raw, swapped, into: values) { (bits: UInt32) in Float(Double(bits) * slope + intercept) }
    case .int32: convert(raw, swapped, into: values) { (bits: Int32) in Float(Double(bits) * slope + intercept) }
    case .uint64: convert(raw, swapped, into: values) { (bits: UInt64) in Float(Double(bits) * slope + intercept) }
    case .int64: convert(raw, swapped, into: values) { (bits: Int64) in Float(Double(bits) * slope + intercept) }
    case .float32:
      convert(raw, swapped, into: values) { (bits: UInt32) in Float(Double(Float(bitPattern: bits)) * slope + intercept) }
    case .float64:
      convert(raw, swapped, into: values) { (bits: UInt64) in Float(Double(bitPattern: bits) * slope + intercept) }
    }
  }

  @inline(__always) private func convert<Bits: FixedWidthInteger>(
    _ raw: UnsafeRawBufferPointer, _ swapped: Bool, into values: UnsafeMutableBufferPointer<Float>, _ value: (Bits) -> Float
  ) {
    let bits = raw.assumingMemoryBound(to: Bits.self)
    if swapped {
      for i in 0..<values.count { values[i] = value(bits[i].byteSwapped) }
    } else {
      for i in 0..<values.count { values[i] = value(bits[i]) }
    }
  }
}
