import Evaluation
import Files
import Foundation

@testable import Datasets

/// Tables: people, scans, areas.
@Sendable func readTables(_ bytes: Data) {
  let path = Scratch.write(bytes, as: "table.tsv")
  if let table = try? Dataset.table(at: path) {
    precondition(table.rows.allSatisfy { $0.cells.count == table.header.count }, "a row is not as wide as the header")
  }
  _ = try? AreaTable(contentsOf: path)
}

/// Names of files. What is understood is spelled so that it is understood as the same.
@Sendable func readName(_ bytes: Data) {
  let text = String(decoding: bytes, as: UTF8.self)
  let output = OutputName(of: text)
  _ = (output.mask(), output.mask(threshold: 0.5), output.uncertainty(), OutputName.scan(ofMask: text), ScanIdentity(ofMask: text))
  guard let name = BIDSName(text) else { return }
  precondition(BIDSName(name.description) == name, "\(name) is read as another name")
  let made = name.derivative([.label: "SC"], suffix: "probseg")
  precondition(BIDSName(made.description) == made, "\(made) is read as another name")
}

/// Sidecars, descriptions of data sets, bridges between versions. What is written anew is read as the same.
@Sendable func readJSON(_ bytes: Data) {
  let path = Scratch.write(bytes, as: "sidecar.json")
  _ = try? Dataset.decode(DatasetDescription.self, from: path)
  _ = try? Bridge(contentsOf: path)
  guard let values = try? Dataset.decode([String: JSONValue].self, from: path) else { return }
  let again = try? JSONDecoder().decode(JSONValue.self, from: Data(JSONValue.object(values).fileBytes))
  precondition(again == .object(values), "a sidecar is read as another one")
}
