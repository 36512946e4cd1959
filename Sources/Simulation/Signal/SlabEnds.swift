import Foundation
import Numerics
import Volumes

/// What changes towards the ends of an excited slab: excitation falls, so signals come closer to proton density, CSF flows in fresh, and
/// what lies beyond one end is folded onto the other.
struct SlabEnds: Sendable {
  /// Where each slice of the grid lies in the slab: its middle's distance from the nearer end, as a share of the slab, and in slices.
  private let places: [(share: Double, slices: Double, isLow: Bool)]
  /// Share of the slab that one end takes, how far the last slices are changed, and what is folded onto them.
  private let width, change, folded: Double
  /// Signals of every tissue where excitation has fallen, in the units of ``Signals``.
  private let fallen: [Float]

  /// - Parameters:
  ///   - signals: Those in the middle of the slab; classes of a backdrop may follow the tissues.
  ///   - tissues: Values that replace those of `Tissue.properties`.
  /// - Returns: `nil` where the acquisition's slab has no such ends.
  init?(_ acquisition: Acquisition, signals: Signals, tissues values: [Tissue: Tissue.Properties] = [:]) {
    let strength = acquisition.artefacts.slabEnds
    guard strength > 0 else { return nil }
    let (grid, slab) = (acquisition.grid, acquisition.slab)
    let (first, thickness) = (grid.slab.from, grid.spacing.z)
    places = (0..<grid.shape.z).map { slice in
      let middle = first + (Double(slice) + 0.5) * thickness
      let isLow = middle - slab.from < slab.to - middle
      let distance = isLow ? middle - slab.from : slab.to - middle
      return (distance / (slab.to - slab.from), distance / thickness, isLow)
    }
    var g = Generator(seed: acquisition.seed, stream: Acquisition.Stream.slab)
    width = g.uniform(0.08, 0.28)
    change = g.uniform(0.5, 1) * strength
    folded = g.chance(0.5) ? g.uniform(0, 0.35) * strength : 0
    let level = g.uniform(0.4, 1.1)
    // The pulses that transfer magnetization choose no slab.
    let transfers = acquisition.contrast == .mtOn || (acquisition.contrast == .random && g.chance(0.4))
    let fresh = g.uniform(0.9, 1.4)
    func density(_ tissue: Tissue) -> Double {
      let p = values[tissue] ?? tissue.properties
      return p.density * (transfers ? p.transfer : 1) * (tissue == .csf ? fresh : 1)
    }
    let unit = level / density(.whiteMatter)
    let tissues = Tissue.allCases.map { Float(unit * density($0)) }
    // Of what a backdrop's classes are made nobody knows.
    fallen = tissues + signals.mean.dropFirst(tissues.count).map { $0 * Float(level) }
  }

  /// Signals in a slice, given those in the middle of the slab.
  func signals(_ middle: Signals, slice: Int) -> Signals {
    let weight = Float(change * nearness(slice))
    guard weight > 0 else { return middle }
    var result = middle
    for i in result.mean.indices { result.mean[i] += weight * (fallen[i] - result.mean[i]) }
    return result
  }

  /// Adds to the last slices at each end what is seen at the other.
  ///
  /// - Parameters:
  ///   - voxels: An image on the acquisition's grid.
  ///   - plane: Voxels in a slice.
  func fold(_ voxels: inout [Float], plane: Int) {
    guard folded > 0, places.count > 2 else { return }
    let (low, high) = (Array(voxels[..<plane]), Array(voxels[(voxels.count - plane)...]))
    for (slice, place) in places.enumerated() {
      // Half as much in each next one.
      let share = Float(folded * exp2(0.5 - place.slices))
      guard share > 0.01 else { continue }
      let other = place.isLow ? high : low
      for i in 0..<plane { voxels[slice * plane + i] += share * other[i] }
    }
  }

  /// 1 at an end of the slab, falling smoothly to 0 where the end's share of it is over.
  private func nearness(_ slice: Int) -> Double {
    let t = min(max(1 - places[slice].share / width, 0), 1)
    return t * t * (3 - 2 * t)
  }
}
