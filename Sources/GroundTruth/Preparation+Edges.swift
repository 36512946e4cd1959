import Morphometry
import Numerics
import Registration
import Volumes

extension Preparation {
  /// How often edges are looked for and slices moved onto each other by them.
  private static let edgeRounds = 3
  /// How far a slice may lie off after registration, mm, SD: what its edges say beyond is doubted.
  private static let leftOver = 0.15
  /// Slow drift of thin slices between two scans, mm.
  private static let drift = 60.0

  /// Looks for the cord's edge in the images, near where the masks together put it, and lays each slice by its edges.
  ///
  /// A rater's contour is unsteady by a quarter of a millimeter, an image's edge by much less; and what moves a slice moves its edge.
  ///
  /// - Parameter scans: The contrasts, in the person's order.
  mutating func findEdges(in scans: [ContrastScan]) {
    let norms = ContrastNorms([])
    for round in 1...Self.edgeRounds {
      let agreeing = contrasts.filter { $0.disagreement == nil }
      guard agreeing.count >= 2 else { return }
      let consensus = Consensus(norms.masks(agreeing) + norms.images(agreeing))
      let model = CordModel(axis: axis, consensus: consensus)
      for (k, scan) in scans.enumerated() where contrasts[k].disagreement == nil {
        guard let image = scan.image else { continue }
        (contrasts[k].edges, contrasts[k].edgeDistance) = Section.edges(
          in: image, alignment: contrasts[k].alignment, model: model, consensus: consensus)
      }
      if round < Self.edgeRounds { layByEdges(scans, consensus: consensus) }
    }
  }

  /// Moves slices so that their edges lie where all edges together do.
  ///
  /// The reference moves too, slowly along the cord: where its edges are poor, it shall not lead the others astray.
  private mutating func layByEdges(_ scans: [ContrastScan], consensus: Consensus) {
    for (k, scan) in scans.enumerated() where contrasts[k].edges.count >= Self.fewestSlices {
      let edges = contrasts[k].edges
      let gaps = edges.map { section -> [Double] in
        let gap = consensus(section.place).center - section.contour.center
        return [gap.x, gap.y]
      }
      let weights = edges.map { $0.length / ($0.variance + 1e-3) }
      let slow = PenalizedSpline.robust(
        places: edges.map(\.place), values: gaps, weights: weights, smoothingLength: Self.drift, floor: 0.05
      ).curve
      let slicing = Slicing(of: scan.mask.grid)
      let own = Dictionary(uniqueKeysWithValues: zip(edges.map(\.slice), zip(edges, gaps)))
      for slice in 0..<slicing.count {
        guard let nearest = edges.min(by: { abs($0.slice - slice) < abs($1.slice - slice) }) else { continue }
        var step = slow(nearest.place)
        if slicing.spacing >= SliceAlignment.singleSlice, let (section, gap) = own[slice] {
          let trust = Self.leftOver * Self.leftOver / (Self.leftOver * Self.leftOver + section.variance)
          for axis in 0..<2 { step[axis] += trust * (gap[axis] - step[axis]) }
        }
        let station = axis(nearest.place)
        contrasts[k].alignment.shifts[slice] += station.right * step[0] + station.front * step[1]
      }
      contrasts[k].sections = Section.all(
        of: scan.mask, slices: MaskSlice.whole(of: scan.mask), alignment: contrasts[k].alignment, axis: axis)
    }
  }
}
