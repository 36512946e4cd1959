import Volumes

/// Where a person's points are seen in one series, all told: position of the person, jumps and duplicates of slices, distortion.
public struct Sight: Sendable {
  private let acquisition: Acquisition
  private let distortions: [Distortion]
  private let toVoxel: Affine
  /// Voxels of each slice, counted from its own plane, → reference world of the person.
  private let slices: [Affine]

  /// How a neck is seen by an acquisition.
  public init(of neck: Neck, by acquisition: Acquisition) {
    self.acquisition = acquisition
    distortions = UnevenField(acquisition, cord: neck.cord).distortions
    toVoxel = acquisition.grid.affine.inverse
    let shown = acquisition.shownSlices
    slices = (0..<acquisition.grid.shape.z).map { acquisition.placed($0..<$0 + 1, shown: shown).affine }
  }

  private func slice(at point: SIMD3<Double>) -> Int {
    min(max(Int(toVoxel(point).z.rounded()), 0), slices.count - 1)
  }

  /// Where a point of the person is seen, world mm.
  ///
  /// - Parameter point: World mm of the neck in its reference position.
  public func world(ofPerson point: SIMD3<Double>) -> SIMD3<Double> {
    // Slices jump and distort within their plane, so it is the slice of the place without them.
    let slice = slice(at: acquisition.motion.seriesFromPerson(point))
    let still = acquisition.motion.personFromSeries(slice: slice, of: acquisition.grid).inverse(point)
    return distortions.reversed().reduce(still) { $0 + $1.direction * $1($0) }
  }

  /// Which point of the person is seen at a place, world mm of its reference position.
  public func person(atWorld point: SIMD3<Double>) -> SIMD3<Double> {
    let still = distortions.reduce(point) { $1.source(of: $0) }
    let voxel = toVoxel(still)
    let slice = slice(at: still)
    return slices[slice]([voxel.x, voxel.y, voxel.z - Double(slice)])
  }
}
