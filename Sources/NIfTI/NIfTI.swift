import Files
import Volumes

/// Images in NIfTI files: `.nii`, `.nii.gz` and the pair `.hdr` + `.img`, versions 1 and 2.
///
/// Sources: nifti1.h and nifti2.h (nifti.nimh.nih.gov); choices the standard leaves open follow nibabel.
public enum NIfTI {
  /// Reads an image, its voxels in the file's own order and its affine in RAS+ mm.
  ///
  /// The affine is the sform where its code is above 0, else the qform where its code is, else the voxel sizes.
  ///
  /// - Parameters:
  ///   - path: A `.nii` or `.nii.gz` file, or either file of a pair. Whether it is compressed is seen from its content.
  ///   - volume: Which of several volumes (time points), from 0; `nil` means their mean.
  /// - Returns: The image, its header, and notes on all that was not taken as it stands.
  /// - Throws: ``NIfTIError``, whatever the file holds.
  public static func read(_ path: String, volume: Int? = nil) throws(NIfTIError) -> NIfTIImage {
    let headerPath = try FilePair.header(of: path)
    let file = try InputFile(headerPath)
    var reader = ImageReader(header: try NIfTIHeader(reading: file), path: headerPath)
    if reader.header.isPair {
      let data = try InputFile(FilePair.data(of: headerPath))
      return try reader.image(from: data, at: 0, volume: volume)
    }
    return try reader.image(from: file, at: reader.header.byteCount, volume: volume)
  }

  /// Reads only the header.
  ///
  /// - Throws: ``NIfTIError``.
  public static func header(of path: String) throws(NIfTIError) -> NIfTIHeader {
    try NIfTIHeader(reading: InputFile(FilePair.header(of: path)))
  }

  /// Writes an image: sform and qform both hold its affine, slope 1, intercept 0, little endian.
  ///
  /// The file appears whole or not at all (`StagedFile`). The same volume always gives the same bytes.
  ///
  /// - Parameters:
  ///   - volume: The image. Values in [0, 1] set the display range to [0, 1].
  ///   - path: Ends in `.nii` or `.nii.gz` (compressed).
  ///   - header: The source image's header: its form codes, spatial unit and description are kept.
  ///   - type: How voxels are stored; whole-number types round to nearest and saturate.
  ///   - description: At most 79 bytes; empty keeps the source header's.
  /// - Returns: Notes on what the format could not hold: shear in the qform, values beyond the type.
  /// - Throws: ``NIfTIError/unwritable(path:reason:)``, ``NIfTIError/unknownExtension(path:)``.
  @discardableResult
  public static func write(
    _ volume: Volume, to path: String, header: NIfTIHeader? = nil, as type: StorageType = .float32, description: String = ""
  ) throws(NIfTIError) -> [String] {
    let (file, notes) = try staged(volume, at: path, header: header, as: type, description: description)
    try OutputFile.naming { () throws(FileError) in try StagedFile.commit([file]) }
    return notes
  }

  /// The same, but the file is not put in its place: that is for the caller to do, together with the files that belong to it.
  public static func staged(
    _ volume: Volume, at path: String, header: NIfTIHeader? = nil, as type: StorageType = .float32, description: String = ""
  ) throws(NIfTIError) -> (file: StagedFile, notes: [String]) {
    let compressed = path.hasSuffix(".nii.gz")
    guard compressed || path.hasSuffix(".nii") else { throw .unknownExtension(path: path) }
    let (header, notes) = NIfTIHeader.describing(volume, source: header, type: type, description: description)
    let file = try OutputFile(path, compressed: compressed)
    try file.write(header.encoded())
    let remarks = try file.write(volume.voxels, as: type)
    return (try file.finished(), notes + remarks)
  }
}

/// An image as a NIfTI file held it.
public struct NIfTIImage: Sendable {
  /// The voxels, scaled by slope and intercept, on their grid.
  public let volume: Volume
  /// The file's header, for writing results that match the file.
  public let header: NIfTIHeader
  /// What was not taken as it stands, one line each: values that are not finite, sform and qform that differ, ...
  public let notes: [String]
}

/// How the voxels of a written file are stored.
public enum StorageType: Sendable, Hashable, CaseIterable {
  /// Soft masks and images.
  case float32
  /// Binary masks and labels up to 255.
  case uint8
  /// Labels and images of whole numbers.
  case int16

  var scalar: ScalarType {
    switch self {
    case .float32: .float32
    case .uint8: .uint8
    case .int16: .int16
    }
  }
}
