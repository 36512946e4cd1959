extension OutputFile {
  /// Appends voxels, little endian.
  ///
  /// - Returns: A note where values lie beyond the type.
  func write(_ voxels: [Float], as type: StorageType) throws(NIfTIError) -> [String] {
    let size = type.scalar.size
    let chunk = 1 << 15
    let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk * size, alignment: 16)
    defer { raw.deallocate() }
    var saturated = 0
    for start in stride(from: 0, to: voxels.count, by: chunk) {
      let part = voxels[start..<min(start + chunk, voxels.count)]
      part.withUnsafeBufferPointer { values in
        switch type {
        case .float32:
          let bits = raw.bindMemory(to: UInt32.self)
          for i in values.indices { bits[i] = values[i].bitPattern.littleEndian }
        case .uint8: saturated += Self.round(values, into: raw.bindMemory(to: UInt8.self))
        case .int16: saturated += Self.round(values, into: raw.bindMemory(to: Int16.self))
        }
      }
      try write(UnsafeRawBufferPointer(rebasing: raw.prefix(part.count * size)))
    }
    return saturated == 0 ? [] : ["\(saturated) values lie beyond \(type) and were set to its nearest"]
  }

  /// Rounds values to whole numbers, NaN to 0.
  ///
  /// - Returns: How many were beyond the type.
  private static func round<Number: FixedWidthInteger>(
    _ values: UnsafeBufferPointer<Float>, into numbers: UnsafeMutableBufferPointer<Number>
  ) -> Int {
    let (low, high) = (Float(Number.min), Float(Number.max))
    var saturated = 0
    for i in values.indices {
      let value = values[i].isNaN ? 0 : values[i].rounded()
      let kept = min(max(value, low), high)
      if kept != value { saturated += 1 }
      numbers[i] = Number(kept).littleEndian
    }
    return saturated
  }
}
