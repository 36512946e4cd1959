import Reports
import Simulation
import Volumes

/// Where discs, levels and centerline are seen in a scan.
struct Landmarks {
  let neck: Neck
  let series: Series
  let grid: Grid
  private let cord, canal: Tube

  init(of neck: Neck, series: Series, grid: Grid) {
    (self.neck, self.series, self.grid) = (neck, series, grid)
    (cord, canal) = (neck.cord, neck.canal)
  }

  /// One voxel for each disc in the field of view, at its posterior edge: where the front of the canal passes it.
  var discs: Volume {
    var volume = Volume(repeating: 0, grid: grid)
    let toVoxel = grid.affine.inverse
    for (index, s) in neck.discs.enumerated() {
      let section = canal.section(at: s)
      let place = toVoxel(series.world(ofPerson: section.center + section.front * section.halfAP))
      let voxel = SIMD3(Int(place.x.rounded()), Int(place.y.rounded()), Int(place.z.rounded()))
      let isInside = (0..<3).allSatisfy { voxel[$0] >= 0 && voxel[$0] < grid.shape[$0] }
      if isInside { volume.voxels[grid.offset(voxel.x, voxel.y, voxel.z)] = Float(index + 1) }
    }
    return volume
  }

  /// Vertebral level of each voxel that is cord by half or more.
  func levels(of occupancy: Volume) -> Volume {
    let chosen = occupancy.voxels.indices.filter { occupancy.voxels[$0] >= 0.5 }
    let plane = grid.shape.x * grid.shape.y
    let points = chosen.map { offset -> SIMD3<Double> in
      let place = SIMD3(offset % grid.shape.x, offset % plane / grid.shape.x, offset / plane)
      return series.person(atWorld: grid.world(SIMD3<Double>(place)))
    }
    var volume = Volume(repeating: 0, grid: grid)
    for (offset, level) in zip(chosen, neck.levels(of: points)) { volume.voxels[offset] = Float(level ?? 0) }
    return volume
  }

  /// The cord's middle every millimeter from its labelled top down to the last level, in the world of the scan, with the section there.
  var centerline: Table {
    var table = Table(columns: [
      .init("s_mm", "Length along the cord from the top of C1, mm"), .init("x_mm", "World position, towards right, mm"),
      .init("y_mm", "World position, towards anterior, mm"), .init("z_mm", "World position, towards the head, mm"),
      .init("level", "Vertebral level, C1 = 1; n/a above C1"), .init("csa_mm2", "Area of the cord perpendicular to it, mm²"),
    ])
    for s in stride(from: Neck.top, through: neck.discs.last!, by: 1) {
      let section = cord.section(at: s)
      let place = series.world(ofPerson: section.center)
      let level = Neck.levels.first { neck.discs[$0 - 1] <= s && s < neck.discs[$0] }
      table.append([
        .number(s), .number(place.x), .number(place.y), .number(place.z), level.map { .integer($0) } ?? .missing, .number(section.area),
      ])
    }
    return table
  }
}
