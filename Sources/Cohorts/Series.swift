import Datasets
import Simulation
import Volumes

/// One scan of one person: what it is called and how the person lies in it.
struct Series {
  /// `sub-001`.
  let person: String
  let neck: Neck
  let acquisition: Acquisition
  private let toSlice: Affine

  init(person: String, neck: Neck, acquisition: Acquisition) {
    (self.person, self.neck, self.acquisition) = (person, neck, acquisition)
    toSlice = acquisition.grid.affine.inverse
  }

  /// Name in the raw data set.
  var name: BIDSName {
    BIDSName(acquisition.contrast == .random ? "\(person)_acq-random_T1w" : "\(person)_\(acquisition.contrast.rawValue)")!
  }

  /// From the root of the data set, without extension.
  var path: String { "\(person)/\(name.datatype)/\(name)" }

  private func slice(at point: SIMD3<Double>) -> Int {
    min(max(Int(toSlice(point).z.rounded()), 0), acquisition.grid.shape.z - 1)
  }

  /// Where a point of the person is seen, world mm.
  ///
  /// - Parameter point: World mm of the neck in its reference position.
  func world(ofPerson point: SIMD3<Double>) -> SIMD3<Double> {
    // A slice jumps within its plane, so it is the slice of the place without the jump.
    let slice = slice(at: acquisition.motion.seriesFromPerson(point))
    return acquisition.motion.personFromSeries(slice: slice, of: acquisition.grid).inverse(point)
  }

  /// Which points of the person are seen at some places, world mm.
  func person(atWorld points: [SIMD3<Double>]) -> [SIMD3<Double>] {
    let slices = (0..<acquisition.grid.shape.z).map { acquisition.motion.personFromSeries(slice: $0, of: acquisition.grid) }
    return points.map { slices[slice(at: $0)]($0) }
  }

  /// Fraction of each stored voxel that is lesion; `nil` in a cord without any.
  ///
  /// - Parameter cord: Fraction of each voxel that is cord; no voxel holds more lesion.
  func lesions(within cord: Volume) -> Volume? {
    guard !neck.lesions.isEmpty else { return nil }
    let grid = acquisition.grid
    // Slices that share a position are taken together.
    let slabs = acquisition.motion.jumps.isEmpty ? [0..<grid.shape.z] : (0..<grid.shape.z).map { $0..<$0 + 1 }
    var voxels: [Float] = []
    for slab in slabs {
      let box = grid.box(lower: [0, 0, slab.lowerBound], shape: [grid.shape.x, grid.shape.y, slab.count])
      let place = acquisition.motion.personFromSeries(slice: slab.lowerBound, of: grid).after(box.affine)
      voxels += neck.lesionOccupancy(on: Grid(shape: box.shape, affine: place)).voxels
    }
    var volume = Volume(voxels: voxels, grid: grid)
    if let stored = acquisition.stored { volume = volume.reoriented(to: stored) }
    return Volume(voxels: zip(volume.voxels, cord.voxels).map { min($0, $1) }, grid: cord.grid)
  }
}
