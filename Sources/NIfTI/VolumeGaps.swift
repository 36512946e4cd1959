/// Where values of several volumes are not finite, so that the mean is taken over the others.
struct VolumeGaps {
  private let volumes, count: Int
  /// How many values of each voxel are not finite; empty as long as all are.
  private var missing: [Int32] = []
  /// How many of each volume.
  private var missingInVolume: [Int: Int] = [:]

  /// - Parameters:
  ///   - volumes: How many there are.
  ///   - count: Voxels of each.
  init(volumes: Int, count: Int) { (self.volumes, self.count) = (volumes, count) }

  /// Puts 0 in place of what is not finite in a part of a volume.
  ///
  /// - Parameter start: The part's first voxel.
  mutating func fill(_ part: UnsafeMutableBufferPointer<Float>, at start: Int, of volume: Int) {
    // x − x is 0 for finite numbers alone, so a sum finds whether there is any other without a branch per voxel.
    guard part.reduce(into: Float(0), { $0 += $1 - $1 }) != 0 else { return }
    if missing.isEmpty { missing = [Int32](repeating: 0, count: count) }
    for i in part.indices where !part[i].isFinite {
      part[i] = 0
      missing[start + i] += 1
      missingInVolume[volume, default: 0] += 1
    }
  }

  /// Makes means of sums over all volumes; a voxel without any finite value becomes NaN.
  ///
  /// - Returns: What a user should know.
  func mean(_ sums: inout [Float]) -> [String] {
    let weight = 1 / Float(volumes)
    guard !missing.isEmpty else {
      for i in sums.indices { sums[i] *= weight }
      return ["mean of \(volumes) volumes"]
    }
    for i in sums.indices { sums[i] *= missing[i] == 0 ? weight : missing[i] == volumes ? .nan : 1 / Float(volumes - Int(missing[i])) }
    let empty = missingInVolume.filter { $0.value == count }.keys.sorted()
    var notes = ["mean of \(volumes - empty.count) volumes"]
    if !empty.isEmpty {
      let list = empty.map(String.init).joined(separator: ", ")
      notes.append(
        empty.count == 1
          ? "volume \(list) (from 0) holds no finite number and is left out"
          : "volumes \(list) (from 0) hold no finite number and are left out")
    }
    let some = missing.count { $0 > empty.count && $0 < volumes }
    if some > 0 { notes.append("\(some) voxels are NaN or infinite in some volumes; their mean is over the others") }
    return notes
  }
}
