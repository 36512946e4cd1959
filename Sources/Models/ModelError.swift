/// Why a model file cannot be used or written.
public enum ModelError: Error, Hashable, CustomStringConvertible {
  case missing(path: String)
  case unreadable(path: String)
  case damaged(path: String, what: String)
  case foreign(path: String)
  case newer(path: String, version: Int, supported: Int)
  case unwritable(path: String, reason: String)
  /// Another program's model that cannot be brought over.
  case notImportable(path: String, what: String)

  public var description: String {
    switch self {
    case .missing(let path): "\(path): there is no such model file; check the path"
    case .unreadable(let path): "\(path): the model file cannot be read; check its permissions"
    case .damaged(let path, let what): "\(path): the model file is damaged: \(what); copy or download it again"
    case .foreign(let path):
      "\(path): a safetensors file, but not a SoftCord model (no \"\(SegmentationModel.metadataKey)\" in its metadata); expected a file made by `softcord train`"
    case .newer(let path, let version, let supported):
      "\(path): the model has format version \(version), this program reads up to \(supported); update softcord"
    case .unwritable(let path, let reason): "\(path): the model cannot be written: \(reason)"
    case .notImportable(let path, let what): "\(path): \(what)"
    }
  }
}
