import Volumes

/// How a scan becomes what a network sees: orientation, spacing and intensity range.
///
/// Every step keeps a true affine, so going back is one `resampled(onto: image.grid)`.
public struct Preprocessing: Sendable, Hashable, Codable {
  /// Order and direction of the axes of the working grid. The axes themselves stay those of the scan: nothing is rotated.
  public var orientation: Orientation
  /// Voxel size of the working grid along its axes, mm.
  public var spacing: SIMD3<Double>
  /// Fractions of the scan's voxels below and above which intensities are clipped; what lies between becomes 0…1.
  public var clip: ClipFractions

  /// Lower and upper quantile, each in 0…1.
  public struct ClipFractions: Sendable, Hashable, Codable {
    public var lower, upper: Double
    public init(lower: Double, upper: Double) { (self.lower, self.upper) = (lower, upper) }
  }

  public init(orientation: Orientation = .ras, spacing: SIMD3<Double>, clip: ClipFractions = ClipFractions(lower: 0.001, upper: 0.998)) {
    (self.orientation, self.spacing, self.clip) = (orientation, spacing, clip)
  }

  /// The working grid over the whole field of view of a scan: same world box, other voxels.
  public func workingGrid(for grid: Grid) -> Grid {
    let source = grid.reoriented(to: orientation)
    let ratio = spacing / source.spacing
    // The same field of view from edge to edge, rounded to whole voxels and kept centered.
    var shape = SIMD3<Int>.zero
    for axis in 0..<3 { shape[axis] = max(1, Int((Double(source.shape[axis]) / ratio[axis]).rounded())) }
    let steps = Affine(x: source.affine.x * ratio.x, y: source.affine.y * ratio.y, z: source.affine.z * ratio.z, origin: .zero)
    return Grid(
      shape: shape,
      affine: Affine(x: steps.x, y: steps.y, z: steps.z, origin: source.center - steps.linear((SIMD3<Double>(shape) - 1) / 2)))
  }

  /// The intensities that become 0 and 1.
  ///
  /// - Throws: ``PreprocessingError/constantImage(value:)`` when the two are equal: there is nothing to see in such a scan.
  public func intensityRange(of image: Volume) throws(PreprocessingError) -> ClosedRange<Float> {
    // A stride that shares no factor with common matrix sizes samples all rows and slices evenly.
    let step = max(1, image.voxels.count / 300_000)
    let sample = stride(from: 0, to: image.voxels.count, by: step % 2 == 0 ? step + 1 : step).map { image.voxels[$0] }.sorted()
    func quantile(_ fraction: Double) -> Float { sample[Int((Double(sample.count - 1) * fraction).rounded())] }
    let range = (quantile(clip.lower), quantile(clip.upper))
    if range.0 < range.1 { return range.0...range.1 }
    // Almost everything has one value (a tight crop in a large empty field of view): fall back on the extremes.
    let (low, high) = (image.voxels.min()!, image.voxels.max()!)
    guard low < high else { throw .constantImage(value: low) }
    return low...high
  }

  /// The scan as the network sees it.
  ///
  /// - Parameters:
  ///   - image: A scan on any grid.
  ///   - region: Grid of the part to prepare (a box of ``workingGrid(for:)``); `nil` for the whole field of view.
  /// - Returns: Intensities in 0…1; 0 outside the scan's field of view.
  /// - Throws: ``PreprocessingError/constantImage(value:)``.
  public func callAsFunction(_ image: Volume, within region: Grid? = nil) throws(PreprocessingError) -> Volume {
    let range = try intensityRange(of: image)
    let scale = 1 / (range.upperBound - range.lowerBound)
    var result = image.resampled(onto: region ?? workingGrid(for: image.grid), outside: .value(range.lowerBound))
    result.voxels.withUnsafeMutableBufferPointer { voxels in
      for i in voxels.indices { voxels[i] = min(max((voxels[i] - range.lowerBound) * scale, 0), 1) }
    }
    return result
  }
}

/// Why a scan cannot be prepared.
public enum PreprocessingError: Error, Hashable, CustomStringConvertible {
  case constantImage(value: Float)

  public var description: String {
    switch self {
    case .constantImage(let value):
      "the image holds nothing to see: every voxel is \(value); expected a scan with some contrast; check that the file was converted correctly"
    }
  }
}
