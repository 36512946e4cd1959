import Files
import Foundation

/// What the JSON file beside labels of discs says of them: how sure they are, and where they come from.
public struct DiscSidecar: Sendable, Hashable, Codable {
  /// A labelled disc, or the pontomedullary junction.
  public struct Mark: Sendable, Hashable, Codable {
    /// Its value in the image, and its name: `C2-C3`.
    public var label: Int
    public var name: String
    /// World mm, RAS+.
    public var position: [Double]
    /// 95 % interval of its place along the cord, mm from the position, towards the feet.
    public var interval: [Double]
    /// Of this being the disc of that name.
    public var probability: Double

    public init(label: Int, name: String, position: [Double], interval: [Double], probability: Double) {
      (self.label, self.name, self.position, self.interval, self.probability) = (label, name, position, interval, probability)
    }

    private enum CodingKeys: String, CodingKey {
      case label = "Label"
      case name = "Name"
      case position = "PositionMillimetres"
      case interval = "IntervalMillimetres"
      case probability = "Probability"
    }
  }

  public var description: String
  public var sources: [String]
  public var generatedBy: [DatasetDescription.Program]
  public var model, modelChecksum: String?
  /// Of the scan's voxels, and of those of the labels.
  public var inputChecksum, labelsChecksum: String?
  /// Where the numbering comes from, in words.
  public var origin: String?
  /// Probability that all labels have their right numbers.
  public var numberingProbability: Double?
  public var marks: [Mark]?
  public var notes: [String]?

  public init(description: String, sources: [String]) {
    (self.description, self.sources, generatedBy) = (description, sources, [.softcord])
  }

  private enum CodingKeys: String, CodingKey {
    case description = "Description"
    case sources = "Sources"
    case generatedBy = "GeneratedBy"
    case model = "Model"
    case modelChecksum = "ModelSHA256"
    case inputChecksum = "InputVoxelsSHA256"
    case labelsChecksum = "LabelsVoxelsSHA256"
    case origin = "NumberingFrom"
    case numberingProbability = "NumberingProbability"
    case marks = "Marks"
    case notes = "Notes"
  }

  /// The file beside an image of labels; `nil` where there is none that says how sure its labels are.
  public init?(beside labels: String) {
    guard let data = FileManager.default.contents(atPath: OutputName.withoutExtension(labels) + ".json"),
      let sidecar = try? JSONDecoder().decode(DiscSidecar.self, from: data), sidecar.marks != nil
    else { return nil }
    self = sidecar
  }
}

extension DiscSidecar {
  /// The discs as a table, one row each.
  public var table: Table {
    Table(
      columns: [
        .init("label", "Value in the image"), .init("name", "Vertebrae above and below, or PMJ for the pontomedullary junction"),
        .init("x_mm", "Position in the world of the scan, towards the right, mm"), .init("y_mm", "The same, anterior, mm"),
        .init("z_mm", "The same, superior, mm"),
        .init("lower_mm", "Lower end of the 95 % interval of its place along the cord, mm from the position, towards the feet"),
        .init("upper_mm", "Upper end of that interval, mm"), .init("probability", "That it is the disc of that name"),
      ],
      rows: (marks ?? []).map { mark in
        [.integer(mark.label), .text(mark.name)] + (mark.position + mark.interval + [mark.probability]).map { .number($0) }
      })
  }
}
