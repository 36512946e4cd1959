import Datasets

extension DataSource {
  func bidsScans(root: String) throws -> [LabelledScan] {
    let place = located(path, root: root)
    do {
      let data = try Dataset(at: place)
      let labels = try labels(of: data)
      return try data.files(datatypes: ["anat", "dwi"]).compactMap { scan in
        guard let mask = try mask(of: scan, in: labels) else { return nil }
        let folder = String(labels.root.dropFirst(data.root.count + 1))
        return LabelledScan(
          image: "\(path)/\(scan.path)", mask: "\(path)/\(folder)/\(mask.path)", name: "\(scan.name)",
          person: "\(path)/sub-\(scan.name[.subject] ?? "")", partial: nil, contrast: scan.name.contrast, value: nil)
      }
    } catch let error as DatasetError {
      throw TrainingError.source(path: path, reason: "\(error)")
    }
  }

  private func labels(of data: Dataset) throws -> Dataset {
    let all = try data.derivatives
    if let derivative {
      guard all.contains(derivative) else {
        throw TrainingError.source(path: path, reason: "derivatives/\(derivative) is not there; found: \(all.joined(separator: ", "))")
      }
      return try data.derivative(derivative)
    }
    guard all.count == 1 else {
      throw TrainingError.source(
        path: path, reason: "\(all.count) data sets are in derivatives (\(all.joined(separator: ", "))); name one with the key derivative")
    }
    return try data.derivative(all[0])
  }

  private func mask(of scan: DatasetFile, in labels: Dataset) throws -> DatasetFile? {
    for kind in masks ?? MaskName.maskSuffixes {
      let found = try labels.files(madeFrom: scan.name, label: label ?? "SC", suffixes: [kind])
      guard found.count <= 1 else {
        throw TrainingError.source(
          path: path,
          reason:
            "\(scan.path) has several masks (\(found.map(\.path).joined(separator: ", "))); expected one; the key masks chooses a kind")
      }
      if let mask = found.first { return mask }
    }
    return nil
  }
}

extension BIDSName {
  /// What was acquired, whoever was scanned and however often: `T2w`, `flip-1_mt-on_MTS`, `rec-average_dwi`.
  var contrast: String {
    var name = self
    for entity in [Entity.subject, .session, .run, .acquisition] { name[entity] = nil }
    return "\(name)"
  }
}
