import CSoftCord

/// Voxels of a caller, to be copied once.
struct VoxelCopy {
  let voxels: UnsafeRawPointer
  let type: softcord_type
  let shape: [Int]
  /// Bytes from one voxel to the next along each axis; `nil`: x fastest, without gaps.
  let strides: [Int]?

  init(_ voxels: UnsafeRawPointer, type: softcord_type, shape: [Int], strides: [Int]?) {
    (self.voxels, self.type, self.shape, self.strides) = (voxels, type, shape, strides)
  }

  /// The voxels as single precision, x fastest.
  ///
  /// - Parameter name: What messages call the image.
  /// - Throws: ``InterfaceError`` for a type that is not known and for values that are not finite.
  func floats(of name: String) throws(InterfaceError) -> [Float] {
    let copied: [Float]
    switch Int(type) {
    case SOFTCORD_FLOAT32: copied = copy(Float.self) { $0 }
    case SOFTCORD_FLOAT64: copied = copy(Double.self) { Float($0) }
    case SOFTCORD_INT8: copied = copy(Int8.self) { Float($0) }
    case SOFTCORD_UINT8: copied = copy(UInt8.self) { Float($0) }
    case SOFTCORD_INT16: copied = copy(Int16.self) { Float($0) }
    case SOFTCORD_UINT16: copied = copy(UInt16.self) { Float($0) }
    case SOFTCORD_INT32: copied = copy(Int32.self) { Float(Double($0)) }
    case SOFTCORD_UINT32: copied = copy(UInt32.self) { Float(Double($0)) }
    case SOFTCORD_INT64: copied = copy(Int64.self) { Float(Double($0)) }
    case SOFTCORD_UINT64: copied = copy(UInt64.self) { Float(Double($0)) }
    default: throw .type(type)
    }
    // x − x is 0 for finite numbers alone.
    if copied.withUnsafeBufferPointer({ $0.reduce(into: Float(0)) { $0 += $1 - $1 } }) != 0 {
      throw .notFinite(name: name, count: copied.count { !$0.isFinite })
    }
    return copied
  }

  @inline(__always) private func copy<T: BitwiseCopyable>(_ type: T.Type, _ convert: (T) -> Float) -> [Float] {
    let size = MemoryLayout<T>.size
    let steps = strides ?? [size, size * shape[0], size * shape[0] * shape[1]]
    return [Float](unsafeUninitializedCapacity: shape.reduce(1, *)) { target, count in
      for z in 0..<shape[2] {
        for y in 0..<shape[1] {
          let line = voxels + (z * steps[2] + y * steps[1])
          for x in 0..<shape[0] {
            target.initializeElement(at: count, to: convert(line.loadUnaligned(fromByteOffset: x * steps[0], as: T.self)))
            count += 1
          }
        }
      }
    }
  }
}
