import Morphometry
import Volumes

/// A part of the scan where a mask may fail: a lesion, a compressed stretch.
public struct Region: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case lesion, compression
  }
  public let kind: Kind
  /// The share of each voxel that belongs to it, or 1; on the masks' grid.
  public let mask: Volume

  public init(_ kind: Kind, mask: Volume) { (self.kind, self.mask) = (kind, mask) }
}

/// How well the cord was found in a region.
public struct RegionScore: Sendable {
  public let kind: Region.Kind
  /// Share of the reference's cord that was found inside the region, Σ l·min(p, g) / Σ l·g, and the same outside it.
  public let sensitivity, elsewhere: Outcome<Double>
  /// Mean area in the slices that hold the region.
  public let area: Outcome<AreaError>
  /// Compression (MSCC) of the prediction and of the reference at the region's middle, percent.
  public let compression: Outcome<(predicted: Double, reference: Double)>

  /// - Parameter areas: What was measured in both masks, or why it was not.
  init(_ region: Region, _ prediction: Volume, _ reference: Volume, areas: Outcome<(predicted: CordAreas, reference: CordAreas)>) {
    kind = region.kind
    var (found, all, foundOutside, allOutside) = (0.0, 0.0, 0.0, 0.0)
    for offset in reference.voxels.indices where reference.voxels[offset] > 0 {
      let (p, g, l) = (Double(prediction.voxels[offset]), Double(reference.voxels[offset]), Double(region.mask.voxels[offset]))
      let inside = min(max(l, 0), 1)
      found += inside * min(p, g)
      all += inside * g
      foundOutside += (1 - inside) * min(p, g)
      allOutside += (1 - inside) * g
    }
    sensitivity = all > 0 ? .success(found / all) : .failure(NotComputable("the \(kind.rawValue) mask holds no cord of the reference"))
    elsewhere =
      allOutside > 0 ? .success(foundOutside / allOutside) : .failure(NotComputable("all cord lies in the \(kind.rawValue) mask"))
    let held = Self.slices(of: region.mask)
    area = areas.flatMap { areas in
      let slices = held.map { ($0, 1.0) }
      guard let mine = areas.predicted.measurements.summary(over: slices), let known = areas.reference.measurements.summary(over: slices)
      else { return .failure(NotComputable("a mask holds no cord in the slices of the \(region.kind.rawValue)")) }
      return .success(AreaError(levels: nil, predicted: mine.area.mean, reference: known.area.mean))
    }
    compression = areas.flatMap { areas in
      func percent(_ areas: CordAreas) -> Double? {
        guard let summary = areas.measurements.summary(over: held.map { ($0, 1.0) }), let diameter = summary[.apDiameter] else {
          return nil
        }
        let places = summary.slices.map { areas.axis.place(atSlice: Double($0)) }
        let middle = places.reduce(0, +) / Double(places.count)
        return areas.measurements.compression(of: diameter, at: middle, metric: .apDiameter, on: areas.axis)?.value
      }
      guard let mine = percent(areas.predicted), let known = percent(areas.reference) else {
        return .failure(NotComputable("the cord does not reach 30 mm beyond the \(region.kind.rawValue) on both sides"))
      }
      return .success((mine, known))
    }
  }

  /// Slices that hold any of it.
  private static func slices(of mask: Volume) -> [Int] {
    let slicing = Slicing(of: mask.grid)
    let stride = [1, mask.grid.shape.x, mask.grid.shape.x * mask.grid.shape.y][slicing.axis]
    var slices: Set<Int> = []
    for offset in mask.voxels.indices where mask.voxels[offset] > 0 { slices.insert(offset / stride % slicing.count) }
    return slices.sorted()
  }
}
