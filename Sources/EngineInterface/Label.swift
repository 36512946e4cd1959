// swift-format-ignore-file: AlwaysUseLowerCamelCase
// C functions have the names of softcord.h.

import CSoftCord
import Files
import Interface
import Morphometry
import NIfTI
import Pipeline

@c @implementation public func softcord_label(
  _ model: OpaquePointer!, _ scan: OpaquePointer!, _ mask: OpaquePointer!, _ options: OpaquePointer!,
  _ discs: UnsafeMutablePointer<OpaquePointer?>!, _ levels: UnsafeMutablePointer<OpaquePointer?>!,
  _ marks: UnsafeMutablePointer<OpaquePointer?>!, _ probability: UnsafeMutablePointer<Double>!
) -> softcord_status {
  attemptWithEngine {
    guard let model, let scan, let mask, let discs else { throw EngineError.null("model, scan, mask or discs") }
    let read = try OptionReader(options, known: ["least", "numbering", "label", "labels", "session"])
    var settings = LevelSettings()
    settings.minimumProbability = try read.number("least", 1e-9...1) ?? settings.minimumProbability
    settings.numbering = try read.choice("numbering") ?? settings.numbering
    settings.vertebra = try read.value("label", expected: "a vertebra at a height, C3@-12.5", KnownVertebra.init)
    (settings.known, settings.session) = (read["labels"], read["session"])
    let (image, cord): (Image, Image) = (object(scan), object(mask))
    guard image.volume.grid.shape == cord.volume.grid.shape else {
      throw EngineError.otherGrid(mask: cord.name, scan: image.name)
    }
    let occupancy = try NIfTI.occupancy(of: cord.volume, named: cord.name).volume
    let loaded: LoadedModel = object(model)
    let found = try loaded.turn.withLock {
      try naming(image.name) { try loaded.segmenter.levels(in: image.volume, mask: occupancy, settings) }
    }
    let map = try found.levelVolume(of: occupancy, numbering: settings.numbering)
    let sidecar = found.sidecar(numbering: settings.numbering)
    discs.pointee = handle(
      Image(
        name: "discs of \(image.name)", volume: found.discVolume(on: image.volume.grid, numbering: settings.numbering), like: image,
        notes: found.notes, sidecar: sidecar))
    levels?.pointee = handle(Image(name: "levels of \(image.name)", volume: map, like: image))
    marks?.pointee = handle(TableHandle(sidecar.table, notes: found.notes))
    probability?.pointee = found.levels.probability
  }
}
