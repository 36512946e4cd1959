/// What can be wrong with a NIfTI file or its place.
public enum NIfTIError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no such file.
  case missing(path: String)
  /// A symbolic link leads nowhere.
  case brokenLink(path: String, target: String)
  /// git-annex or DataLad keep the content elsewhere: only a pointer to it is here.
  case notFetched(path: String)
  /// A folder, a device or a pipe stands where a file was expected.
  case notAFile(path: String)
  /// The system refuses to read the file.
  case unreadable(path: String, reason: String)
  /// The file holds no byte.
  case empty(path: String)
  /// The second file of a `.hdr` + `.img` pair is absent.
  case pairMissing(path: String, expected: String)
  /// The file ends inside its header; sizes in bytes.
  case truncatedHeader(path: String, expected: Int, found: Int)
  /// The file does not begin like NIfTI.
  case notNIfTI(path: String, found: String)
  /// The file ends before its last voxel; sizes of the voxel data in bytes.
  case truncated(path: String, expected: Int, found: Int)
  /// The compressed data do not hold together.
  case corruptGzip(path: String, reason: String)
  /// No image has these dimensions.
  case dimensions(path: String, found: [Int], reason: String)
  /// The header promises more bytes than the file can hold.
  case oversized(path: String, expected: Int, possible: Int)
  /// The voxels begin at an impossible place.
  case dataOffset(path: String, found: Double)
  /// The voxels are of a type that is no single real number, or none of NIfTI's.
  case datatype(path: String, code: Int, name: String)
  /// The affine maps no voxel grid to the world.
  case affine(path: String, source: String, reason: String)
  /// The file has fewer volumes.
  case volumeOutOfRange(path: String, found: Int, count: Int)
  /// Not a single voxel is a finite number.
  case noFiniteVoxel(path: String)
  /// Only `.nii` and `.nii.gz` are written.
  case unknownExtension(path: String)
  /// The system refuses to write the file.
  case unwritable(path: String, reason: String)

  public var description: String {
    switch self {
    case .missing(let path):
      "\(path): no such file; check the path"
    case .brokenLink(let path, let target):
      "\(path): a link to \(target), which is not there; restore that file or link to another"
    case .notFetched(let path):
      "\(path): its content is not here, only a git-annex pointer; run: datalad get \(path) (or git annex get \(path))"
    case .notAFile(let path):
      "\(path): a folder or device, expected a .nii or .nii.gz file; name the file itself"
    case .unreadable(let path, let reason):
      "\(path): cannot be read (\(reason)); check its permissions"
    case .empty(let path):
      "\(path): the file is empty (0 bytes), expected a NIfTI image; copy or convert it again"
    case .pairMissing(let path, let expected):
      "\(path): its other half \(expected) is missing; keep the .hdr and .img files together"
    case .truncatedHeader(let path, let expected, let found):
      "\(path): the header is cut short: expected \(expected) bytes, found \(found); copy or convert the file again"
    case .notNIfTI(let path, let found):
      "\(path): expected a NIfTI-1 or NIfTI-2 header, found \(found); convert the image to NIfTI first (dcm2niix does for DICOM)"
    case .truncated(let path, let expected, let found):
      "\(path): the voxel data are cut short: expected \(expected) bytes, found \(found); copy or convert the file again"
    case .corruptGzip(let path, let reason):
      "\(path): the gzip data are damaged (\(reason)); copy or compress the file again"
    case .dimensions(let path, let found, let reason):
      "\(path): the header's dimensions \(found) are impossible: \(reason); convert the image again"
    case .oversized(let path, let expected, let possible):
      "\(path): the header promises \(expected) bytes of voxels, the file can hold at most \(possible); copy or convert it again"
    case .dataOffset(let path, let found):
      "\(path): the voxels cannot begin at byte \(found) (vox_offset), expected a whole number past the header; convert it again"
    case .datatype(let path, let code, let name):
      "\(path): voxels of data type \(code) (\(name)), expected one integer or float of 8 to 64 bits; convert to a scalar type"
    case .affine(let path, let source, let reason):
      "\(path): the \(source) gives no usable voxel grid: \(reason); repair the header's orientation or convert it again"
    case .volumeOutOfRange(let path, let found, let count):
      "\(path): there is no volume \(found), expected 0 to \(count - 1); choose one of those or the mean"
    case .noFiniteVoxel(let path):
      "\(path): no voxel is a finite number (all NaN or infinite); the image holds no data, export it again"
    case .unknownExtension(let path):
      "\(path): expected a name that ends in .nii or .nii.gz; other formats are not written"
    case .unwritable(let path, let reason):
      "\(path): cannot be written (\(reason)); check the folder, its permissions and free space"
    }
  }
}
