import CCrypto
import Datasets
import Foundation
import Volumes

/// SHA-256 checksums, which say from which files and voxels something was made.
public enum Checksum {
  /// Of a volume's voxels, float32 in the order of memory, x fastest: 64 hexadecimal digits.
  public static func sha256(of volume: Volume) -> String { volume.voxels.withUnsafeBytes(sha256) }

  /// Of a text's UTF-8 bytes: 64 hexadecimal digits.
  public static func sha256(of text: String) -> String { Array(text.utf8).withUnsafeBytes(sha256) }

  /// Of a file's bytes: 64 hexadecimal digits.
  ///
  /// - Throws: ``DatasetError/unreadable(path:reason:)``.
  public static func sha256(ofFile path: String) throws(DatasetError) -> String {
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe).withUnsafeBytes(sha256)
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
  }

  private static func sha256(_ bytes: UnsafeRawBufferPointer) -> String {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    SHA256(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, &digest)
    return digest.map { String(format: "%02x", $0) }.joined()
  }
}
