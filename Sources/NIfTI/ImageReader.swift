import Volumes

/// Reads the voxels that a header announces, never trusting it with memory: the array grows with what the file delivers.
struct ImageReader {
  let header: NIfTIHeader
  let path: String
  private var notes: [String] = []
  /// 1 GB as single precision; the largest MRI in use have a tenth of it.
  private static let mostVoxels = 1 << 28

  init(header: NIfTIHeader, path: String) { (self.header, self.path) = (header, path) }

  /// The image.
  ///
  /// - Parameters:
  ///   - file: Where the voxels are.
  ///   - consumed: Bytes already read from it.
  ///   - volume: Which volume; `nil` means the mean of all.
  mutating func image(from file: InputFile, at consumed: Int, volume: Int?) throws(NIfTIError) -> NIfTIImage {
    guard let type = ScalarType(rawValue: header.dataType) else {
      throw .datatype(path: path, code: header.dataType, name: ScalarType.name(ofRefused: header.dataType))
    }
    let volumes = header.volumes
    if let volume, !(0..<volumes).contains(volume) {
      throw .volumeOutOfRange(path: path, found: volume, count: volumes)
    }
    let (grid, remarks) = try header.grid(path: path)
    notes += remarks

    let bytesPerVolume = grid.count * type.size  // the header's check leaves no overflow
    let expected = bytesPerVolume * volumes
    let start = try firstByte(consumed)
    guard start <= file.capacity, expected <= file.capacity - start else {
      throw file.isCompressed
        ? .oversized(path: file.path, expected: expected, possible: file.capacity)
        : .truncated(path: file.path, expected: expected, found: max(0, file.capacity - start))
    }
    // Even a file that keeps its promise may be a few MB of gzip that unfold without end.
    guard grid.count <= Self.mostVoxels else {
      throw .dimensions(path: path, found: header.dimensions, reason: "more than \(Self.mostVoxels) voxels in one volume")
    }

    file.unpack(size: start + expected)
    var left = start - consumed
    left -= try file.skip(left)
    let chosen = volume.map { $0..<$0 + 1 } ?? 0..<volumes
    let before = chosen.lowerBound * bytesPerVolume
    var found = left > 0 ? 0 : try file.skip(before)
    guard left == 0, found == before,
      let voxels = try meanOfNext(chosen.count, from: file, count: grid.count, type: type, found: &found)
    else { throw .truncated(path: file.path, expected: expected, found: found) }
    // To the very end, so that the checksum is seen too; but not through what a header does not announce.
    let after = expected - before - chosen.count * bytesPerVolume
    let slack = 1 << 20
    let rest = try file.skip(after + slack)
    if rest < after { throw .truncated(path: file.path, expected: expected, found: found + rest) }
    if rest > after { notes.append("bytes follow the last voxel; they are ignored") }

    try file.checkUnchanged()
    return NIfTIImage(volume: Volume(voxels: try finite(voxels), grid: grid), header: header, notes: notes)
  }

  /// Where the voxels begin.
  private func firstByte(_ consumed: Int) throws(NIfTIError) -> Int {
    let earliest = header.isPair ? 0 : header.byteCount + 4
    if header.dataOffset == 0 { return earliest }
    guard let offset = Int(exactly: header.dataOffset), offset >= earliest else {
      throw .dataOffset(path: path, found: header.dataOffset)
    }
    return offset
  }

  /// The mean of the next volumes, of each voxel's finite values, or `nil` where the file ends before.
  ///
  /// - Parameter found: Grows by the bytes that were there.
  private mutating func meanOfNext(
    _ volumes: Int, from file: InputFile, count: Int, type: ScalarType, found: inout Int
  ) throws(NIfTIError) -> [Float]? {
    let (slope, intercept) = scaling()
    let chunk = 1 << 15
    let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk * type.size, alignment: 16)
    let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: chunk)
    values.initialize(repeating: 0)
    defer {
      raw.deallocate()
      values.deallocate()
    }
    var voxels: [Float] = []
    voxels.reserveCapacity(min(count, 1 << 24))
    var gaps = VolumeGaps(volumes: volumes, count: count)
    for volume in 0..<volumes {
      for start in stride(from: 0, to: count, by: chunk) {
        let length = min(chunk, count - start)
        let bytes = UnsafeMutableRawBufferPointer(rebasing: raw.prefix(length * type.size))
        let got = try file.read(into: bytes)
        found += got
        guard got == bytes.count else { return nil }
        let part = UnsafeMutableBufferPointer(rebasing: values.prefix(length))
        type.decode(
          UnsafeRawBufferPointer(bytes), swapped: header.isBigEndian, slope: slope, intercept: intercept, into: part)
        if volumes > 1 { gaps.fill(part, at: start, of: volume) }
        if volume == 0 {
          voxels.append(contentsOf: part)
        } else {
          voxels.withUnsafeMutableBufferPointer { sums in
            for i in 0..<length { sums[start + i] += part[i] }
          }
        }
      }
    }
    if volumes > 1 { notes += gaps.mean(&voxels) }
    return voxels
  }

  /// Slope and intercept, where the header gives any.
  private mutating func scaling() -> (Double, Double) {
    guard header.slope.isFinite, header.slope != 0 else {
      if !header.slope.isFinite { notes.append("the slope (scl_slope) is not finite; values are taken as stored") }
      return (1, 0)
    }
    if !header.intercept.isFinite { notes.append("the intercept (scl_inter) is not finite; 0 is used") }
    return (header.slope, header.intercept.isFinite ? header.intercept : 0)
  }

  /// The values with 0 in place of those that are NaN or infinite.
  private mutating func finite(_ voxels: [Float]) throws(NIfTIError) -> [Float] {
    // x − x is 0 for finite numbers alone, so a sum finds whether there is any other without a branch per voxel.
    let check = voxels.withUnsafeBufferPointer { $0.reduce(into: Float(0)) { $0 += $1 - $1 } }
    if check == 0 { return voxels }
    var voxels = voxels
    var count = 0
    for i in voxels.indices where !voxels[i].isFinite {
      voxels[i] = 0
      count += 1
    }
    if count == voxels.count { throw .noFiniteVoxel(path: path) }
    notes.append("\(count) voxels are NaN or infinite; 0 is used in their place")
    return voxels
  }
}
