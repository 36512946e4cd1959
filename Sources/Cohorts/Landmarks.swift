import Files
import Simulation
import Volumes

/// Where discs, levels and the centerline are seen in a scan.
struct Landmarks {
  let series: Series
  /// Of the stored image.
  let grid: Grid

  /// One voxel for each disc in the field of view, at its posterior edge, where the front of the canal passes it, and one for the
  /// pontomedullary junction (50).
  var discs: Volume {
    var volume = Volume(repeating: 0, grid: grid)
    let toVoxel = grid.affine.inverse
    let marks = series.neck.discs.indices.map { ($0 + 1, series.neck.discEdge($0 + 1)) } + [(50, series.neck.junctionPosition)]
    for (label, point) in marks {
      let place = toVoxel(series.sight.world(ofPerson: point))
      let voxel = SIMD3(Int(place.x.rounded()), Int(place.y.rounded()), Int(place.z.rounded()))
      let isInside = (0..<3).allSatisfy { voxel[$0] >= 0 && voxel[$0] < grid.shape[$0] }
      if isInside { volume.voxels[grid.offset(voxel.x, voxel.y, voxel.z)] = Float(label) }
    }
    return volume
  }

  /// Vertebral level of each voxel that is cord by half or more.
  func levels(of cord: Volume) -> Volume {
    let chosen = cord.voxels.indices.filter { cord.voxels[$0] >= 0.5 }
    let plane = grid.shape.x * grid.shape.y
    let points = chosen.map { offset in
      let index = SIMD3(Double(offset % grid.shape.x), Double(offset % plane / grid.shape.x), Double(offset / plane))
      return series.sight.person(atWorld: grid.world(index))
    }
    var volume = Volume(repeating: 0, grid: grid)
    for (offset, level) in zip(chosen, series.neck.levels(of: points)) { volume.voxels[offset] = Float(level ?? 0) }
    return volume
  }

  /// The cord's middle every millimeter from its labelled top down to its tip, in the world of the scan.
  var centerline: Table {
    var table = Table(columns: [
      .init("s_mm", "Length along the cord from the top of C1, mm"), .init("x_mm", "World position towards right, mm"),
      .init("y_mm", "World position towards anterior, mm"), .init("z_mm", "World position towards the head, mm"),
    ])
    let cord = series.neck.cord
    for s in stride(from: Neck.top, through: series.neck.tip, by: 1) {
      let place = series.sight.world(ofPerson: cord.section(at: s).center)
      table.append([.number(s), .number(place.x), .number(place.y), .number(place.z)])
    }
    return table
  }
}
