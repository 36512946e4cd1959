import Numerics
import Testing
import Volumes

@testable import Simulation

/// Volume within two planes perpendicular to the cord, seen from a grid, against the integral of the area along the cord.
private let volumeTolerance = 1e-3
/// The same between the six grids of one person.
private let agreement = 2e-3

@Test(
  "The six scans of one person, moved and with slice profiles, hold the same cord between two discs, as much as is true", arguments: [7, 8])
func protocolScans(seed: UInt64) {
  var generator = Generator(seed: seed)
  let neck = Neck(generator: &generator, pathology: seed == 8 ? .compression : .none)
  let tube = neck.cord
  // C3: where every protocol looks, whatever the operator's aim.
  let (top, bottom) = (neck.discs[2], neck.discs[3])
  let areas = Contrast.named.map { contrast -> Double in
    var generator = Generator(seed: seed, stream: 1)
    var acquisition = Acquisition.standard(contrast, for: neck, generator: &generator)
    acquisition.grid = acquisition.grid.cropped(to: tube, from: top - 12, to: bottom + 12, motion: acquisition.motion)
    let (above, below) = (
      tube.occupancy(in: acquisition, below: top).below.reduce(0) { $0 + Double($1) },
      tube.occupancy(in: acquisition, below: bottom).below.reduce(0) { $0 + Double($1) }
    )
    return (above - below) * acquisition.grid.voxelVolume / (bottom - top)
  }
  let truth = tube.meanArea(from: top, to: bottom)
  for (contrast, area) in zip(Contrast.named, areas) {
    #expect(abs(area / truth - 1) < volumeTolerance, "\(contrast): \(area) mm², true \(truth) mm²")
  }
  #expect(areas.max()! / areas.min()! - 1 < agreement, "\(areas)")
}

extension Grid {
  /// The voxels near a piece of cord, along the axes that are not excited one after the other: quick to integrate.
  fileprivate func cropped(to tube: Tube, from top: Double, to bottom: Double, motion: Motion) -> Grid {
    let toVoxel = affine.inverse
    let places = stride(from: top, through: bottom, by: 1).map { toVoxel(motion.seriesFromPerson(tube.section(at: $0).center)) }
    func range(_ axis: Int) -> Range<Int> {
      let margin = 14 / spacing[axis]
      let values = places.map { $0[axis] }
      return max(0, Int(values.min()! - margin))..<min(shape[axis], Int(values.max()! + margin) + 1)
    }
    let (x, y) = (range(0), range(1))
    return box(lower: [x.lowerBound, y.lowerBound, 0], shape: [x.count, y.count, shape.z])
  }
}
