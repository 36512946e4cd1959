import Volumes

/// How a scan becomes what a network sees: orientation, spacing and intensity range.
///
/// Every step keeps a true affine, so going back is one `resampled(onto: image.grid)`.
public struct Preprocessing: Sendable, Hashable, Codable {
  /// Order and direction of the axes of the working grid; `nil` for those that the scan is stored with. The axes themselves stay those
  /// of the scan: nothing is rotated.
  public var orientation: Orientation?
  /// Voxel size of the working grid along its axes, mm.
  public var spacing: SIMD3<Double>
  /// Quantiles of the scan's voxels that become 0 and 1; beyond them intensities are clipped, or go on as ``headroom`` says.
  public var clip: ClipFractions
  /// How far below 0 and above 1 intensities go on before they are clipped. In a scan that is mostly air, the upper quantile lies within the
  /// CSF around the cord: without headroom that CSF is clipped, and the outline half-way between CSF and cord moves into the cord.
  public var headroom = 0.0
  /// How intensities are scaled.
  public var normalization = Normalization.quantiles
  /// How the scan gets onto the working grid.
  public var resampling = Resampling.linear
  /// Whether empty (zero) rims of the scan are cut off first.
  public var cropsEmptyRims = false
  /// Voxels along each axis that are looked at around the working grid's center, 0 for all; `nil` for all of it.
  public var fieldOfView: SIMD3<Int>?

  /// Lower and upper quantile, each in 0…1.
  public struct ClipFractions: Sendable, Hashable, Codable {
    public var lower, upper: Double
    /// Both in 0…1, `lower` below `upper`.
    public init(lower: Double, upper: Double) { (self.lower, self.upper) = (lower, upper) }
  }

  /// The quantiles `clip` become 0 and 1, without headroom; `spacing` in mm along the axes of `orientation`.
  public init(orientation: Orientation? = .ras, spacing: SIMD3<Double>, clip: ClipFractions = ClipFractions(lower: 0.001, upper: 0.998)) {
    (self.orientation, self.spacing, self.clip) = (orientation, spacing, clip)
  }

  /// The working grid over the whole field of view of a scan: same world box, other voxels.
  public func workingGrid(for grid: Grid) -> Grid {
    let source = orientation.map { grid.reoriented(to: $0) } ?? grid
    if resampling == .spline { return source.resized(to: resizedShape(source)) }
    let ratio = spacing / source.spacing
    // The same field of view from edge to edge, kept centered and rounded up to whole voxels, so that the outermost slices stay inside.
    var shape = SIMD3<Int>.zero
    for axis in 0..<3 { shape[axis] = max(1, Int((Double(source.shape[axis]) / ratio[axis] - 1e-3).rounded(.up))) }
    let steps = Affine(x: source.affine.x * ratio.x, y: source.affine.y * ratio.y, z: source.affine.z * ratio.z, origin: .zero)
    return Grid(
      shape: shape,
      affine: Affine(x: steps.x, y: steps.y, z: steps.z, origin: source.center - steps.linear((SIMD3<Double>(shape) - 1) / 2)))
  }

  /// The intensities that become 0 and 1.
  ///
  /// - Throws: ``PreprocessingError/constantImage(value:)`` when the two are equal: such a scan shows nothing.
  public func intensityRange(of image: Volume) throws(PreprocessingError) -> ClosedRange<Float> {
    if clip.lower <= 0, clip.upper >= 1 {
      let (low, high) = (image.voxels.min()!, image.voxels.max()!)
      guard low < high else { throw .constantImage(value: low) }
      return low...high
    }
    let last = Double(image.voxels.count - 1)
    let range = image.voxels.values(atRanks: [clip.lower, clip.upper].map { Int((last * $0).rounded()) })
    if range[0] < range[1] { return range[0]...range[1] }
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
  ///   - range: The scan's ``intensityRange(of:)`` where it is known already.
  /// - Returns: Intensities, within ``headroom`` of 0…1 where ``normalization`` is by quantiles; 0 outside the scan's field of view.
  /// - Throws: ``PreprocessingError/constantImage(value:)``.
  public func callAsFunction(
    _ image: Volume, within region: Grid? = nil, range known: ClosedRange<Float>? = nil
  ) throws(PreprocessingError) -> Volume {
    try Self.checkScale(of: image.grid)
    guard normalization == .quantiles else {
      let whole = try normalizedAndResampled(image)
      return region.map { whole.resampled(onto: $0) } ?? whole
    }
    let range = if let known { known } else { try intensityRange(of: image) }
    let scale = 1 / (range.upperBound - range.lowerBound)
    guard scale.isNormal else { throw .intensities(lower: range.lowerBound, upper: range.upperBound) }
    let (lowest, highest) = (Float(-headroom), Float(1 + headroom))
    var result = image.resampled(onto: region ?? workingGrid(for: image.grid), outside: .value(range.lowerBound))
    result.voxels.withUnsafeMutableBufferPointer { voxels in
      for i in voxels.indices { voxels[i] = min(max((voxels[i] - range.lowerBound) * scale, lowest), highest) }
    }
    return result
  }
}

extension Preprocessing {
  /// Reads a description; keys that older files lack have the values that those files meant.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    orientation = try keys.decodeIfPresent(Orientation.self, forKey: .orientation)
    spacing = try keys.decode(SIMD3<Double>.self, forKey: .spacing)
    clip = try keys.decode(ClipFractions.self, forKey: .clip)
    headroom = try keys.decodeIfPresent(Double.self, forKey: .headroom) ?? 0
    normalization = try keys.decodeIfPresent(Normalization.self, forKey: .normalization) ?? .quantiles
    resampling = try keys.decodeIfPresent(Resampling.self, forKey: .resampling) ?? .linear
    cropsEmptyRims = try keys.decodeIfPresent(Bool.self, forKey: .cropsEmptyRims) ?? false
    fieldOfView = try keys.decodeIfPresent(SIMD3<Int>.self, forKey: .fieldOfView)
  }
}

extension Preprocessing {
  /// Refuses grids too large or too small for a scan of a person, before memory is spent on them: their header's units are wrong.
  ///
  /// - Throws: ``PreprocessingError/scale(extent:spacing:)``.
  public static func checkScale(of grid: Grid) throws(PreprocessingError) {
    let extent = grid.spacing * SIMD3<Double>(grid.shape)
    guard extent.max() <= 3000, grid.spacing.min() >= 0.02 else { throw .scale(extent: extent, spacing: grid.spacing) }
  }
}

/// Why a scan cannot be prepared.
public enum PreprocessingError: Error, Hashable, CustomStringConvertible {
  /// Every voxel has this value.
  case constantImage(value: Float)
  /// The field of view or the voxels are too large or too small for a scan of a person, mm.
  case scale(extent: SIMD3<Double>, spacing: SIMD3<Double>)
  /// This is no scan, but a mask or a map of labels.
  case mask(what: String)
  /// The range of intensities is beyond single precision.
  case intensities(lower: Float, upper: Float)

  public var description: String {
    switch self {
    case .constantImage(let value):
      "the image holds nothing to see: every voxel is \(value); expected a scan with some contrast; check that the file was converted correctly"
    case .scale(let extent, let spacing):
      "the field of view is \(extent.x) x \(extent.y) x \(extent.z) mm with voxels of \(spacing.x) x \(spacing.y) x \(spacing.z) mm; "
        + "expected up to 3000 mm and at least 0.02 mm; check the header's units"
    case .mask(let what):
      "this is \(what), expected a scan; name the scan that it was drawn on"
    case .intensities(let lower, let upper):
      "intensities from \(lower) to \(upper) cannot be scaled; check the header's slope and intercept"
    }
  }
}
