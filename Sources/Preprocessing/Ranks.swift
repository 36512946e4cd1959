import Volumes

extension Volume {
  /// The values at given ranks, as in a sorted list of all voxels; exact, and the same in whatever order voxels are stored.
  ///
  /// Two counting passes over halves of the values' bits instead of sorting.
  ///
  /// - Parameter ranks: Each in 0..<`voxels.count`. The voxels hold no NaN.
  func values(atRanks ranks: [Int]) -> [Float] {
    /// Bits whose order as whole numbers is the values' order.
    @inline(__always) func key(_ value: Float) -> UInt32 {
      let bits = value.bitPattern
      return bits >> 31 == 1 ? ~bits : bits | 0x8000_0000
    }
    func position(of rank: Int, in counts: [Int]) -> (index: UInt32, before: Int) {
      var before = 0
      for (index, count) in counts.enumerated() {
        if rank < before + count { return (UInt32(index), before) }
        before += count
      }
      preconditionFailure("rank \(rank) is beyond the last voxel")
    }
    func count(_ add: (UInt32, inout [Int]) -> Void) -> [Int] {
      var counts = [Int](repeating: 0, count: 1 << 16)
      voxels.withUnsafeBufferPointer { for value in $0 { add(key(value), &counts) } }
      return counts
    }
    let high = count { $1[Int($0 >> 16)] += 1 }
    return ranks.map { rank in
      let upper = position(of: rank, in: high)
      let low = count { if $0 >> 16 == upper.index { $1[Int($0 & 0xFFFF)] += 1 } }
      let found = upper.index << 16 | position(of: rank - upper.before, in: low).index
      return Float(bitPattern: found >> 31 == 1 ? found & 0x7FFF_FFFF : ~found)
    }
  }
}
