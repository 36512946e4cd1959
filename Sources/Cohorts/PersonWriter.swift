import Datasets
import Files
import Foundation
import NIfTI
import Reports
import Simulation
import Volumes

/// Writes one person's scans and truth.
struct PersonWriter {
  let cohort: Cohort
  let person: Int
  private let name: String
  private let series: [Series]

  init(cohort: Cohort, person: Int) {
    (self.cohort, self.person, name) = (cohort, person, Cohort.name(of: person))
    series = cohort.series(of: person)
  }

  /// Writes everything into a hidden folder, then moves it to its place: the truth first, so that scans are never there without it.
  ///
  /// - Parameter scanned: Called after each scan.
  func write(scanned: () -> Void) throws {
    let hidden = "\(cohort.folder)/.\(name).part"
    try? FileManager.default.removeItem(atPath: hidden)
    do {
      try Cohort.makeFolder(hidden + "/truth")
      for visit in cohort.visits {
        let neck = cohort.neck(of: person, visit: visit)
        let start = cohort.session(visit).map { "\(name)_\($0)" } ?? name
        try CohortTables.write(CohortTables.areaProfile(of: neck), to: "\(hidden)/truth/\(start)_area_profile")
      }
      if let sessions = cohort.sessions {
        try Cohort.makeFolder(hidden + "/raw")
        try CohortTables.write(sessions, to: "\(hidden)/raw/\(name)_sessions")
      }
      try AtomicFile.write(Series.transforms(of: series).fileBytes, to: "\(hidden)/truth/\(name)_transforms.json")
      for series in series {
        try ScanWriter(series: series, cohort: cohort, backdrop: cohort.backdrop(of: person)).write(
          raw: hidden + "/raw", truth: hidden + "/truth", labels: hidden + "/labels")
        scanned()
      }
      try move("\(hidden)/truth", to: "\(cohort.truth)/\(name)")
      if cohort.settings.raters == true { try move("\(hidden)/labels", to: "\(cohort.labels)/\(name)") }
      try move("\(hidden)/raw", to: "\(cohort.folder)/\(name)")
      try? FileManager.default.removeItem(atPath: hidden)
    } catch {
      try? FileManager.default.removeItem(atPath: hidden)
      throw error
    }
  }

  /// A picture of all scans, from the files.
  func writePreview() throws {
    let path = "\(cohort.truth)/figures/\(name).png"
    guard !FileManager.default.fileExists(atPath: path) else { return }
    try Cohort.makeFolder(cohort.truth + "/figures")
    let scans = try series.map { series in
      let mask = "\(cohort.truth)/\(name)/\(series.place)/\(series.name.derivative([.label: "SC"], suffix: "probseg")).nii.gz"
      let truth = try NIfTI.read(mask).volume
      return ContactSheet.Scan(
        name: [series.session, series.acquisition.contrast.rawValue].compactMap(\.self).joined(separator: " "),
        image: try NIfTI.read("\(cohort.folder)/\(series.path).nii.gz").volume,
        mask: truth, focus: focus(of: series, in: truth))
    }
    try ContactSheet(title: name).picture(of: scans).write(to: path)
  }

  /// Where to look: the middle of C4, or where a scan does not show it, some voxel of cord half way through those it shows.
  private func focus(of series: Series, in cord: Volume) -> SIMD3<Double> {
    let grid = cord.grid
    let place = series.sight.world(ofPerson: (series.neck.discPosition(4) + series.neck.discPosition(5)) / 2)
    let voxel = grid.affine.inverse(place)
    if all(voxel .> -0.5) && all(voxel .< SIMD3<Double>(grid.shape) - 0.5) { return place }
    let most = cord.voxels.max() ?? 0
    let shown = cord.voxels.indices.filter { cord.voxels[$0] > 0.99 * most }
    guard !shown.isEmpty else { return place }
    let (z, rest) = shown[shown.count / 2].quotientAndRemainder(dividingBy: grid.shape.x * grid.shape.y)
    return grid.world(SIMD3(Double(rest % grid.shape.x), Double(rest / grid.shape.x), Double(z)))
  }

  private func move(_ source: String, to target: String) throws(DatasetError) {
    do {
      // Truth without scans is what a run that was ended left behind.
      if FileManager.default.fileExists(atPath: target) { try FileManager.default.removeItem(atPath: target) }
      try FileManager.default.moveItem(atPath: source, toPath: target)
    } catch {
      throw .unwritable(path: target, reason: error.localizedDescription)
    }
  }
}
