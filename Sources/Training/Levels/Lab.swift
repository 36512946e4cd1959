import Foundation
import Levels
import Morphometry
import NIfTI
import Models
import Networks
import Tensors

public func levelLab(_ arguments: [String]) throws {
  switch arguments[0] {
  case "make":
    let (first, count) = (UInt64(arguments[1])!, UInt64(arguments[2])!)
    let examples = LevelExamples.made(seeds: first..<first + count, jobs: Int(arguments[4])) { if Int($0 * Double(count)) % 50 == 0 { print($0) } }
    try LevelExamples.write(examples, to: arguments[3])
    print(examples.count, "examples")
  case "train":
    var settings = LevelTrainingSettings()
    settings.steps = Int(arguments[2])!
    var examples: [LevelExample] = []
    for path in arguments[1].split(separator: ",") { examples += try LevelExamples.read(String(path)) }
    print(examples.count, "examples")
    let training = try LevelTraining(settings, examples: examples)
    var sum = 0.0
    let start = ContinuousClock.now
    for step in 0..<settings.steps {
      sum += try training.step(step)
      if step % 100 == 99 {
        print(step + 1, sum / 100, (ContinuousClock.now - start) / .seconds(1))
        sum = 0
        fflush(nil)
      }
      if step % 1000 == 999 {
        let network = try training.averaged().network
        try Safetensors.write(.init(tensors: Dictionary(uniqueKeysWithValues: network.parameters.map { ($0.name, $0.tensor) }), metadata: [:]), to: arguments[3])
      }
    }
  case "test":
    let network = LevelNetwork(try UNet(LevelNetwork.configuration, parameters: Safetensors.read(arguments[2]).tensors))
    let examples = try LevelExamples.read(arguments[1])
    try levelTest(examples, network)
  case "real":
    // network, then scan, mask, person, discs table, picture
    let network = arguments[1] == "-" ? nil : LevelNetwork(try UNet(LevelNetwork.configuration, parameters: Safetensors.read(arguments[1]).tensors))
    let scan = try NIfTI.read(arguments[2]).volume
    let mask = try NIfTI.mask(arguments[3]).volume
    let axis = CordAxis(try Centerline(of: mask))
    let strip = SpineStrip(scan, along: axis)
    var truth: [Int: Double] = [:]
    for line in try String(contentsOfFile: arguments[5], encoding: .utf8).split(separator: "\n").dropFirst() {
      let parts = line.split(separator: "\t")
      guard parts[0] == arguments[4] else { continue }
      truth[Int(parts[1])!] = strip.position(of: [Double(parts[2])!, Double(parts[3])!, Double(parts[4])!], along: axis).row
    }
    if let network {
      let sequence = LevelSequence(try network.evidence(of: strip), trust: network.trust)
      print(arguments[4], "probability", sequence.probability)
      for b in sequence.boundaries {
        print(b.number, b.row, b.interval, b.probability, truth[b.number].map { "error \(b.row - $0)" } ?? "")
      }
    }
    try picture(strip, to: arguments[6])
  case "sim":
    let examples = try LevelExamples.read(arguments[1])
    for index in arguments[2].split(separator: ",").map({ Int($0)! }) { try picture(examples[index].strip, to: arguments[3] + "\(index).pgm") }
  default: print("?")
  }
}

func levelTest(_ examples: [LevelExample], _ network: LevelNetwork) throws {
  let evidences = try examples.map { try network.evidence(of: $0.strip) }
  for (disc, part) in [(0.5, 0.04), (0.7, 0.08), (1, 0.15), (0.7, 0.2), (1, 0.3)] {
    let trust = LevelTrust(junction: disc, disc: disc, part: part)
    var (shifted, told, wrong99, said99, nll) = (0, 0, 0, 0, 0.0)
    var (distances, inside, brier) = ([Double](), 0, [(Double, Bool)]())
    var (landmarked, refused) = (0, 0)
    for (example, evidence) in zip(examples, evidences) {
      let sequence = LevelSequence(evidence, trust: trust)
      // Shows C2-C3 or the junction, with room.
      let shows = example.boundaries[0...3].contains { $0 > 8 && $0 < Double(example.strip.rows) - 8 }
      let right = sequence.boundaries.allSatisfy { abs($0.row - example.boundaries[$0.number]) < 7 } && !sequence.boundaries.isEmpty
      if !sequence.boundaries.isEmpty {
        brier.append((sequence.probability, right))
        nll -= log(max(right ? sequence.probability : 1 - sequence.probability, 1e-3))
      }
      if shows { landmarked += 1; if sequence.probability < 0.9 { refused += 1 } }
      if sequence.probability >= 0.9 { told += 1; if !right { shifted += 1 } }
      if sequence.probability >= 0.99 { said99 += 1; if !right { wrong99 += 1 } }
      if right, sequence.probability >= 0.9 {
        for b in sequence.boundaries where b.number > 0 {
          distances.append(abs(b.row - example.boundaries[b.number]))
          if b.interval.contains(example.boundaries[b.number]) { inside += 1 }
        }
      }
    }
    distances.sort()
    let mean = distances.reduce(0, +) / Double(max(distances.count, 1))
    print(disc, part, "told", told, "of", examples.count, "shifted", shifted, "| >=.99", said99, "wrong", wrong99, "| landmark", landmarked, "refused", refused, "| nll", nll / Double(brier.count), "| mm", mean, distances.isEmpty ? 0 : distances[distances.count * 95 / 100], "cover", Double(inside) / Double(max(distances.count, 1)))
    for low in stride(from: 0.0, to: 1, by: 0.2) {
      let bin = brier.filter { $0.0 >= low && $0.0 < low + 0.2 }
      print("   ", low, bin.count, bin.reduce(0) { $0 + $1.0 } / Double(max(bin.count, 1)), Double(bin.filter(\.1).count) / Double(max(bin.count, 1)))
    }
  }
}

func picture(_ strip: SpineStrip, to path: String) throws {
  let values = strip.standardized
  let (rows, cells) = (strip.rows, SpineStrip.cells)
  var data = Data("P5\n\(SpineStrip.sheets * cells) \(rows)\n255\n".utf8)
  for row in 0..<rows {
    for sheet in 0..<SpineStrip.sheets {
      for cell in 0..<cells { data.append(UInt8(min(max(values[(sheet * rows + row) * cells + cell] * 42 + 110, 0), 255))) }
    }
  }
  try data.write(to: URL(fileURLWithPath: path))
}
