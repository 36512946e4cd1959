import Volumes

extension NIfTI {
  /// Reads a mask: the share of each voxel that is cord, in 0…1. Every command reads its masks here.
  ///
  /// - Parameters:
  ///   - path: As ``read(_:volume:)``.
  ///   - volume: Which of several volumes, from 0; `nil` takes a file of one. Masks are never averaged; axes of length 1 do not count.
  ///   - canChoose: Whether the user can name the volume by `--volume`, which the message then says.
  /// - Returns: The image; values that rounding brought beyond 0 or 1 are clipped, which a note says.
  /// - Throws: ``MaskError``, ``NIfTIError``.
  public static func mask(_ path: String, volume: Int? = nil, canChoose: Bool = false) throws -> NIfTIImage {
    let image = try single(path, volume: volume, canChoose: canChoose)
    let (mask, notes) = try occupancy(of: image.volume, named: path)
    return NIfTIImage(volume: mask, header: image.header, notes: image.notes + notes)
  }

  /// The same check of a mask that is in memory.
  ///
  /// - Parameter name: What messages call it.
  /// - Throws: ``MaskError/values(path:_:)``.
  public static func occupancy(of volume: Volume, named name: String) throws(MaskError) -> (volume: Volume, notes: [String]) {
    do {
      let (mask, wasClipped) = try volume.occupancy()
      return (mask, wasClipped ? ["values a rounding beyond 0 or 1 are taken for 0 and 1"] : [])
    } catch {
      throw .values(path: name, error)
    }
  }

  /// Reads a mask that must lie on an image's voxels and hold something.
  ///
  /// - Parameters:
  ///   - image: Path of the image, for messages.
  ///   - grid: Of the image; the mask is given on it.
  /// - Throws: ``MaskError``, ``NIfTIError``.
  public static func mask(_ path: String, of image: String, on grid: Grid) throws -> NIfTIImage {
    let mask = try mask(path)
    // Affines are kept in 32 bits, and headers rounded by other programs.
    guard mask.volume.grid.matches(grid, tolerance: 0.1) else {
      throw MaskError.otherGrid(path: path, image: image, found: mask.volume.grid, expected: grid)
    }
    guard mask.volume.voxels.contains(where: { $0 > 0 }) else { throw MaskError.empty(path: path) }
    return NIfTIImage(volume: Volume(voxels: mask.volume.voxels, grid: grid), header: mask.header, notes: mask.notes)
  }

  /// Reads a map of labels: numbers that are never averaged.
  ///
  /// - Throws: ``MaskError/severalVolumes(path:shape:count:canChoose:)``, ``NIfTIError``.
  public static func labels(_ path: String) throws -> NIfTIImage { try single(path, volume: nil, canChoose: false) }

  /// Reads a scan.
  ///
  /// - Throws: ``MaskError/noScan(path:look:)`` where it is a mask or a map of labels, ``NIfTIError``.
  public static func scan(_ path: String, volume: Int? = nil) throws -> NIfTIImage {
    let image = try read(path, volume: volume)
    if let look = image.volume.lookOfNoScan { throw MaskError.noScan(path: path, look: look) }
    return image
  }

  private static func single(_ path: String, volume: Int?, canChoose: Bool) throws -> NIfTIImage {
    let header = try header(of: path)
    guard volume != nil || header.volumes == 1 else {
      throw MaskError.severalVolumes(path: path, shape: header.dimensions, count: header.volumes, canChoose: canChoose)
    }
    return try read(path, volume: volume)
  }
}
