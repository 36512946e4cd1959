import Volumes

/// Notices a scan that comes under two people's names: copies in training and in validation would make its scores worthless.
struct PeopleByVoxels {
  private var seen: [UInt64: (person: String, image: String)] = [:]

  /// - Throws: ``TrainingError/samePerson(image:person:other:otherPerson:)`` where another person's scan has the same voxels.
  mutating func take(_ image: Volume, of scan: LabelledScan) throws {
    let voxels = Self.hash(image)
    if let other = seen[voxels], other.person != scan.person {
      throw TrainingError.samePerson(image: scan.image, person: scan.person, other: other.image, otherPerson: other.person)
    }
    seen[voxels] = (scan.person, scan.image)
  }

  /// FNV-1a over the bits of shape and voxels, a word at a time.
  private static func hash(_ image: Volume) -> UInt64 {
    let shape = image.grid.shape
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for size in [shape.x, shape.y, shape.z] { hash = (hash ^ UInt64(size)) &* 0x100_0000_01B3 }
    image.voxels.withUnsafeBufferPointer { for value in $0 { hash = (hash ^ UInt64(value.bitPattern)) &* 0x100_0000_01B3 } }
    return hash
  }
}
