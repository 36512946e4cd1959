extension [Float] {
  /// The values at given ranks, as in a sorted list; exact, and the same in whatever order they are stored.
  ///
  /// Two counting passes over halves of the values' bits instead of sorting.
  ///
  /// - Parameter ranks: Each in 0..<`count`. No value is NaN.
  public func values(atRanks ranks: [Int]) -> [Float] {
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
      preconditionFailure("rank \(rank) is beyond the last value")
    }
    let none = [Int](repeating: 0, count: 1 << 16)
    var high = none
    withUnsafeBufferPointer { for value in $0 { high[Int(key(value) >> 16)] += 1 } }
    let uppers = ranks.map { position(of: $0, in: high) }
    var low = ranks.map { _ in none }
    withUnsafeBufferPointer { values in
      for value in values {
        let key = key(value)
        for k in uppers.indices where key >> 16 == uppers[k].index { low[k][Int(key & 0xFFFF)] += 1 }
      }
    }
    return ranks.indices.map { k in
      let found = uppers[k].index << 16 | position(of: ranks[k] - uppers[k].before, in: low[k]).index
      return Float(bitPattern: found >> 31 == 1 ? found & 0x7FFF_FFFF : ~found)
    }
  }
}
