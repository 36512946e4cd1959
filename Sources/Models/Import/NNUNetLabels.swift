import Foundation

/// Which of a network's outputs are cord, from `dataset.json`.
struct NNUNetLabels {
  let activation: Activation
  let classes: [Int]
  /// Names of the labels taken for cord.
  let names: [String]
  /// Outputs that the network must have.
  let outputs: Int

  /// Names that mean the cord, letters only.
  private static let cordNames: Set<String> = ["spinalcord", "cord", "sc", "spinalcordseg", "scseg", "softseg", "spinalcordmask"]

  /// - Parameter wanted: Names of labels; empty to find the cord's by its name.
  init(path: String, wanted: [String]) throws {
    let dataset = try NNUNetPlans.json(path)
    func error(_ what: String) -> ModelError { .notImportable(path: path, what: what) }
    if let channels = (dataset["channel_names"] ?? dataset["modality"]) as? [String: Any], channels.count != 1 {
      throw error("the network takes \(channels.count) images of different contrast at once, expected one")
    }
    guard let labels = dataset["labels"] as? [String: Any] else { throw error("it lists no labels") }
    let members = try labels.filter { $0.key != "ignore" }.mapValues { value -> [Int] in
      if let number = value as? NSNumber { return [number.intValue] }
      guard let numbers = value as? [NSNumber], !numbers.isEmpty else { throw error("the labels are not numbers or lists of numbers") }
      return numbers.map(\.intValue)
    }
    let foreground = members.filter { !$0.value.allSatisfy { $0 == 0 } }
    let regions = members.values.contains { $0.count > 1 }
    // Outputs of regions are in the order in which the file lists them; those of labels in the order of their numbers. (What
    // `regions_class_order` says is which number a region gets in nnU-Net's own masks.)
    let order: [String]
    if regions {
      let listed = JSONKeyOrder.keys(of: "labels", in: (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data())
      order = listed.filter { foreground[$0] != nil }
      if let numbers = dataset["regions_class_order"] as? [Any], numbers.count != order.count {
        throw error("regions_class_order has \(numbers.count) entries, but there are \(order.count) regions; nnU-Net wants one for each")
      }
    } else {
      order = members.sorted { $0.value[0] < $1.value[0] }.map(\.key)
      guard members.values.map({ $0[0] }).sorted() == Array(0..<members.count) else {
        throw error("the labels are not numbered 0, 1, 2 …")
      }
    }
    let known = foreground.keys.sorted().joined(separator: ", ")
    let cord: [String]
    if wanted.isEmpty {
      let named = foreground.keys.filter { Self.cordNames.contains($0.lowercased().filter(\.isLetter)) }.sorted()
      let candidates = foreground.count == 1 ? Array(foreground.keys) : named
      guard candidates.count == 1 else {
        throw error("which label is cord is not clear; say so with --label NAME, of: \(known)")
      }
      cord = candidates
    } else {
      guard wanted.allSatisfy({ foreground[$0] != nil }) else {
        throw error("there is no label \(wanted.filter { foreground[$0] == nil }.joined(separator: ", ")); it has: \(known)")
      }
      guard !regions || wanted.count == 1 else { throw error("its labels are regions that may overlap; choose one of: \(known)") }
      cord = wanted
    }
    names = cord
    classes = cord.compactMap(order.firstIndex).sorted()
    activation = regions ? .sigmoid : .softmax
    outputs = order.count
    guard classes.count == cord.count else { throw error("its labels cannot be told apart") }
  }
}
