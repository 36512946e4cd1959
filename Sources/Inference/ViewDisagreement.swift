import Volumes

/// How far several looks at one scan are apart.
struct ViewDisagreement {
  private var (sums, squares): ([Float], [Float])
  private var totals: [Double]
  private let grid: Grid

  /// - Parameter first: Occupancy as the plain view has it.
  init(_ first: Volume) {
    grid = first.grid
    sums = first.voxels
    squares = first.voxels.map { $0 * $0 }
    totals = [first.total]
  }

  /// Adds a look at the same grid.
  mutating func add(_ other: Volume) {
    precondition(other.grid.shape == grid.shape, "all looks are on one grid")
    for i in sums.indices {
      sums[i] += other.voxels[i]
      squares[i] += other.voxels[i] * other.voxels[i]
    }
    totals.append(other.total)
  }

  /// Standard deviation of each voxel's occupancy, 0…0.5.
  var deviation: Volume {
    let count = Float(totals.count)
    let voxels = zip(sums, squares).map { sum, square -> Float in
      let mean = sum / count
      return max(square / count - mean * mean, 0).squareRoot()
    }
    return Volume(voxels: voxels, grid: grid)
  }

  /// Standard deviation of the cord's volume, as a share of its mean.
  var volumeSpread: Double {
    let mean = totals.reduce(0, +) / Double(totals.count)
    let variance = totals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(totals.count)
    return mean > 0 ? variance.squareRoot() / mean : 0
  }
}

extension Volume {
  /// Sum of all voxels.
  fileprivate var total: Double { voxels.reduce(0) { $0 + Double($1) } }
}
