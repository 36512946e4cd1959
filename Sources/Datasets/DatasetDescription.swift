import Foundation

/// What `dataset_description.json` says of a data set.
public struct DatasetDescription: Sendable, Hashable, Codable {
  /// Scans as they were acquired, or what was made from them.
  public enum Kind: String, Sendable, Codable { case raw, derivative }

  /// A program that made the data.
  public struct Program: Sendable, Hashable, Codable {
    public var name: String
    public var version: String?

    public init(name: String, version: String?) { (self.name, self.version) = (name, version) }

    private enum CodingKeys: String, CodingKey {
      case name = "Name"
      case version = "Version"
    }
  }

  public var name: String
  public var bidsVersion: String
  /// Raw where the file does not say.
  public var kind: Kind?
  public var authors: [String]?
  public var license: String?
  public var generatedBy: [Program]?
  /// Other data sets that BIDS URIs name, by the name they use: `["raw": "../.."]`.
  public var links: [String: String]?
  /// The data sets that this one was made from, each as BIDS describes it: by `URL`, `DOI` or `Version`.
  public var sources: [[String: String]]?

  public init(
    name: String, bidsVersion: String = "1.10.0", kind: Kind, authors: [String]? = nil, license: String? = nil,
    generatedBy: [Program]? = nil,
    links: [String: String]? = nil
  ) {
    (self.name, self.bidsVersion, self.kind, self.authors) = (name, bidsVersion, kind, authors)
    (self.license, self.generatedBy, self.links) = (license, generatedBy, links)
  }

  private enum CodingKeys: String, CodingKey {
    case name = "Name"
    case bidsVersion = "BIDSVersion"
    case kind = "DatasetType"
    case authors = "Authors"
    case license = "License"
    case generatedBy = "GeneratedBy"
    case links = "DatasetLinks"
    case sources = "SourceDatasets"
  }
}
