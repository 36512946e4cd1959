import Foundation

extension DataSource {
  /// What `dataset.json` says; other keys do not matter here.
  private struct Description: Decodable {
    let channels: [String: String]?
    let labels: [String: Label]
    let ending: String

    /// A number; regions (several numbers) are not single labels.
    enum Label: Decodable {
      case single(Int)
      case several

      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        self = if let number = try? value.decode(Int.self) { .single(number) } else { .several }
      }
    }

    private enum CodingKeys: String, CodingKey {
      case channels = "channel_names"
      case labels
      case ending = "file_ending"
    }
  }

  func nnUNetScans(root: String) throws -> [LabelledScan] {
    let place = located(path, root: root)
    func refuse(_ reason: String) -> TrainingError { .source(path: path, reason: reason) }
    guard let data = FileManager.default.contents(atPath: place + "/dataset.json") else {
      throw refuse("dataset.json cannot be read; expected a folder of nnU-Net with dataset.json, imagesTr and labelsTr")
    }
    let description: Description
    do {
      description = try JSONDecoder().decode(Description.self, from: data)
    } catch {
      throw refuse("dataset.json lacks labels or file_ending, as nnU-Net version 2 writes them")
    }
    if let count = description.channels?.count, count != 1 { throw refuse("its images have \(count) channels; expected one") }
    guard [".nii.gz", ".nii"].contains(description.ending) else {
      throw refuse("its images end with \(description.ending); expected .nii.gz or .nii")
    }
    let cord = try cordValue(description.labels)
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: place + "/labelsTr") else {
      throw refuse("the folder labelsTr cannot be read")
    }
    return try names.sorted().filter { $0.hasSuffix(description.ending) && !$0.hasPrefix(".") }.map { file in
      let name = String(file.dropLast(description.ending.count))
      return LabelledScan(
        image: "\(path)/imagesTr/\(name)_0000\(description.ending)", mask: "\(path)/labelsTr/\(file)", name: name,
        person: "\(path)/\(try who(name))", partial: nil, contrast: description.channels?["0"], value: cord)
    }
  }

  private func cordValue(_ labels: [String: Description.Label]) throws -> Int? {
    if let value { return value }
    let foreground = labels.filter { $0.key != "background" && $0.key != "ignore" }
    guard foreground.count == 1, case .single(let number) = foreground.first!.value else {
      throw TrainingError.source(
        path: path,
        reason:
          "it has \(foreground.count) labels (\(foreground.keys.sorted().joined(separator: ", "))); say which is cord with the key value")
    }
    return number
  }

  /// The person in the name of a case.
  private func who(_ name: String) throws -> String {
    guard let person else { return name.firstMatch(of: /sub-[A-Za-z0-9]+/).map { String($0.0) } ?? name }
    guard let expression = try? Regex(person) else {
      throw TrainingError.source(path: path, reason: "the key person is no regular expression: \(person)")
    }
    guard let match = name.firstMatch(of: expression), match.output.count > 1, let group = match.output[1].substring else {
      throw TrainingError.source(path: path, reason: "the key person (\(person)) finds nobody in the name \(name)")
    }
    return String(group)
  }
}
