import Preprocessing
import Volumes

extension Volume {
  /// Shorter bands are left to the network, which sees the cord on both sides of them at once, mm.
  static let shortestBand = 8.0

  /// The parts of a scan that bands without signal separate along the body: runs of slices that hold one value alone, as metal or a gap between
  /// slabs leaves them. A scan without such a band is one part.
  ///
  /// - Returns: First voxel and shape of each, from the first slice on.
  func partsBetweenBands() -> [(lower: SIMD3<Int>, shape: SIMD3<Int>)] {
    let axis = grid.orientation.axes.firstIndex { $0.axis == 2 }!
    var parts: [(lower: SIMD3<Int>, shape: SIMD3<Int>)] = []
    /// Slices of the part so far, and how many empty ones follow it.
    var (start, end): (Int?, Int) = (nil, 0)
    func close() {
      guard let from = start else { return }
      var (lower, shape) = (SIMD3<Int>.zero, grid.shape)
      (lower[axis], shape[axis]) = (from, end - from)
      parts.append((lower, shape))
    }
    for slice in 0..<grid.shape[axis] where !isOneValue(axis, at: slice) {
      if start != nil, Double(slice - end) * grid.spacing[axis] >= Self.shortestBand {
        close()
        start = slice
      }
      start = start ?? slice
      end = slice + 1
    }
    guard !parts.isEmpty else { return [(.zero, grid.shape)] }
    close()
    return parts
  }

  private func isOneValue(_ axis: Int, at index: Int) -> Bool {
    var (lower, upper) = (SIMD3<Int>.zero, grid.shape)
    (lower[axis], upper[axis]) = (index, index + 1)
    let value = self[lower.x, lower.y, lower.z]
    for z in lower.z..<upper.z {
      for y in lower.y..<upper.y { for x in lower.x..<upper.x where self[x, y, z] != value { return false } }
    }
    return true
  }
}

extension Segmenter {
  /// The cord in a scan; the parts on the sides of a band without signal are segmented as scans of their own, so that each is as good as
  /// without the other.
  ///
  /// - Throws: As ``segment(_:progress:)``, where no part holds a cord.
  func segmentation(of image: Volume, _ progress: (Double) -> Void) throws -> Segmentation {
    let parts = image.partsBetweenBands()
    guard parts.count > 1 else { return try segmentation(ofPart: image, progress) }
    var found: [(lower: SIMD3<Int>, segmentation: Segmentation)] = []
    var notes = ["bands without signal divide the scan into \(parts.count) parts; each was segmented by itself"]
    var failure: (any Error)?
    for (number, part) in parts.enumerated() {
      let scan = image.box(lower: part.lower, shape: part.shape)
      do {
        found.append((part.lower, try segmentation(ofPart: scan) { progress((Double(number) + $0) / Double(parts.count)) }))
      } catch let error where error is InferenceError || error is PreprocessingError {
        failure = failure ?? error
        notes.append("part \(number + 1) of \(parts.count): \(error)")
      }
    }
    guard !found.isEmpty else { throw failure! }
    func joined(_ volume: (Segmentation) -> Volume?) -> Volume {
      var whole = Volume(repeating: 0, grid: image.grid)
      for (lower, segmentation) in found { if let part = volume(segmentation) { whole.insert(part, at: lower) } }
      return whole
    }
    let mask = joined(\.mask)
    var result = Segmentation(
      mask: mask, sidesCutByFieldOfView: mask.sidesReached(), windows: found.reduce(0) { $0 + $1.segmentation.windows },
      timings: found.map(\.segmentation.timings).reduce(.init(), +))
    result.confidence = found.map(\.segmentation.confidence).min()!
    result.notes = notes + found.flatMap(\.segmentation.notes)
    if findsCanal { result.canal = joined(\.canal) }
    if findsUncertainty {
      // The parts' volumes err independently.
      let spread = found.reduce(0.0) { sum, part in
        let volume = part.segmentation.mask.voxels.reduce(0) { $0 + Double($1) } * (part.segmentation.uncertainty?.volumeSpread ?? 0)
        return sum + volume * volume
      }
      let volume = mask.voxels.reduce(0) { $0 + Double($1) }
      result.uncertainty = .init(map: joined { $0.uncertainty?.map }, volumeSpread: spread.squareRoot() / max(volume, 1e-9))
    }
    return result
  }
}

extension Volume {
  /// Copies a smaller volume's voxels to where its first one is given.
  fileprivate mutating func insert(_ part: Volume, at lower: SIMD3<Int>) {
    let shape = part.grid.shape
    for z in 0..<shape.z {
      for y in 0..<shape.y { for x in 0..<shape.x { self[lower.x + x, lower.y + y, lower.z + z] = part[x, y, z] } }
    }
  }
}

extension Segmentation.Timings {
  fileprivate static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.localizing += b.localizing
    sum.network += b.network
    sum.preparing += b.preparing
    sum.resampling += b.resampling
    sum.uncertainty += b.uncertainty
    return sum
  }
}
