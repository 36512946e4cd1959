// swift-format-ignore-file: AlwaysUseLowerCamelCase
// C functions have the names of softcord.h.

import CSoftCord
import Files
import Foundation
import Inference
import Interface
import Models
import NIfTI
import Pipeline
import Statuses
import Tensors
import Volumes

/// A model behind a `softcord_model`. Calls with it wait for each other.
final class LoadedModel {
  let segmenter: Segmenter
  let turn = NSLock()

  init(_ segmenter: Segmenter) { self.segmenter = segmenter }
}

/// What a caller of these functions gave that cannot be used here.
enum EngineError: Error, CustomStringConvertible {
  case null(String)
  case noDevice(String)
  case unavailable(Device)
  case threads(Int32)
  case otherGrid(mask: String, scan: String)

  var description: String {
    switch self {
    case .null(let what): "\(what) is NULL"
    case .noDevice(let name): "'\(name)' is no device; expected auto, cpu, cuda, cuda:N or mps"
    case .unavailable(let device): "the device \(device) is not available on this machine; try cpu"
    case .threads(let count): "\(count) threads; expected at least 1"
    case .otherGrid(let mask, let scan): "\(mask) is not on the grid of \(scan)"
    }
  }

  var status: ExitStatus {
    switch self {
    case .unavailable: .unavailable
    case .otherGrid: .data
    default: .usage
    }
  }
}

func attemptWithEngine(_ body: () throws -> Void) -> softcord_status {
  attempt(status: { ($0 as? EngineError)?.status ?? ExitStatus(withEngine: $0) }, body)
}

/// Names the folder of this library as the one in which its models lie; once.
private let resourcesAreFound: Void = {
  guard let path = sc_own_path() else { return }
  ProgramResource.folder = URL(fileURLWithPath: String(cString: path)).resolvingSymlinksInPath().deletingLastPathComponent().path
}()

@c @implementation public func softcord_model_load(
  _ path: UnsafePointer<CChar>!, _ options: OpaquePointer!, _ model: UnsafeMutablePointer<OpaquePointer?>!
) -> softcord_status {
  attemptWithEngine {
    guard let model else { throw EngineError.null("model") }
    _ = resourcesAreFound
    let read = try OptionReader(options, known: ["device", "precision"])
    let device = try read["device"].flatMap { $0 == "auto" ? nil : $0 }.map { name in
      guard let device = Device(name: name) else { throw EngineError.noDevice(name) }
      return device
    }
    ProcessTuning.apply()
    let chosen = device ?? Device.best()
    guard chosen.isAvailable else { throw EngineError.unavailable(chosen) }
    let loaded = try SegmentationModel(contentsOf: path.map { String(cString: $0) } ?? ShippedModel.path, on: chosen)
    let precision = try read.choice("precision", of: Precision.self) ?? .automatic
    model.pointee = handle(LoadedModel(Segmenter(loaded, precision: precision)))
  }
}

@c @implementation public func softcord_model_free(_ model: OpaquePointer!) { release(model, LoadedModel.self) }

@c @implementation public func softcord_set_threads(_ count: Int32) -> softcord_status {
  attemptWithEngine {
    guard count >= 1 else { throw EngineError.threads(count) }
    Threads.count = Int(count)
  }
}

@c @implementation public func softcord_segment(
  _ model: OpaquePointer!, _ scan: OpaquePointer!, _ options: OpaquePointer!, _ progress: softcord_progress!,
  _ context: UnsafeMutableRawPointer!, _ mask: UnsafeMutablePointer<OpaquePointer?>!, _ uncertainty: UnsafeMutablePointer<OpaquePointer?>!
) -> softcord_status {
  attemptWithEngine {
    guard let model, let scan, let mask else { throw EngineError.null("model, scan or mask") }
    let read = try OptionReader(options, known: ["everywhere", "largest"])
    let (everywhere, largest) = (try read.flag("everywhere"), try read.flag("largest"))
    let image: Image = object(scan)
    if let look = image.volume.lookOfNoScan { throw MaskError.noScan(path: image.name, look: look) }
    let told = Progress(progress, context)
    let loaded: LoadedModel = object(model)
    let found = try loaded.turn.withLock {
      loaded.segmenter.searchesEverywhere = everywhere
      loaded.segmenter.findsUncertainty = uncertainty != nil
      return try naming(image.name) { try loaded.segmenter.segment(image.volume) { told.tell($0) } }
    }
    let own = largest ? found.mask.keepingLargestPiece : found.mask
    mask.pointee = handle(Image(name: image.name, volume: own, like: image, notes: found.remarks))
    if let map = found.uncertainty?.map { uncertainty?.pointee = handle(Image(name: image.name, volume: map, like: image)) }
  }
}
