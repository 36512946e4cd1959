// swift-format-ignore-file: AlwaysUseLowerCamelCase
// C functions have the names of softcord.h.

import CSoftCord
import Datasets
import Measuring
import Morphometry

@c @implementation public func softcord_measure(
  _ mask: OpaquePointer!, _ options: OpaquePointer!, _ companions: UnsafePointer<softcord_companion>!, _ count: Int64,
  _ table: UnsafeMutablePointer<OpaquePointer?>!
) -> softcord_status {
  attempt {
    guard let mask, let table else { throw InterfaceError.null("mask or table") }
    let own = object(mask, as: Image.self)
    let given = try companions.map { try images(UnsafeBufferPointer(start: $0, count: Int(count))) } ?? [:]
    var request = try MeasureRequest(options, given: given)
    request.images[.cord] = own.volume
    let measured = try request.measure(own.name)
    table.pointee = handle(
      TableHandle(MeasureTable(request).table(measured.rows), notes: own.notes + given.values.flatMap(\.notes) + measured.notes))
  }
}

/// Which companion an option names.
private let kinds: [String: Companion] = ["discs": .discs, "levels": .levels, "pmj": .junction, "anat": .scan, "canal": .canal]

private func images(_ companions: UnsafeBufferPointer<softcord_companion>) throws(InterfaceError) -> [Companion: Image] {
  var found: [Companion: Image] = [:]
  for companion in companions {
    guard let name = companion.name, let image = companion.image else { throw .null("a companion's name or image") }
    guard let kind = kinds[String(cString: name)] else { throw .unknownImage(String(cString: name), known: Array(kinds.keys)) }
    found[kind] = object(image)
  }
  return found
}

extension MeasureRequest {
  /// What options ask for.
  fileprivate init(_ options: OpaquePointer?, given: [Companion: Image]) throws {
    self.init()
    let read = try OptionReader(
      options,
      known: ["per", "numbering", "vertebrae", "slices", "distance", "extent", "method", "compression"] + kinds.keys)
    (per, method) = (try read.choice("per") ?? per, try read.choice("method") ?? method)
    (numbering, vertebrae, slices) = (try read.choice("numbering"), try read.levels("vertebrae"), try read.slices("slices"))
    (distance, extent) = (try read.number("distance", 0...1000), try read.number("extent", 0.001...1000) ?? extent)
    compression = try read.flag("compression")
    func name(_ option: String) -> String? { given[kinds[option]!]?.name ?? read[option] }
    (discs, levels, junction, scan, canal) = (name("discs"), name("levels"), name("pmj"), name("anat"), name("canal"))
    images = given.mapValues(\.volume)
    discSidecar = given[.discs]?.sidecar
    if discs != nil && levels != nil { throw InterfaceError.contradiction("discs and levels exclude each other") }
    if discs == nil && levels == nil {
      if per == .level { throw InterfaceError.contradiction("one row for each level needs discs or levels") }
      if vertebrae != nil { throw InterfaceError.contradiction("vertebrae need discs or levels") }
      if numbering != nil { throw InterfaceError.contradiction("numbering needs discs or levels") }
    }
    if distance != nil && junction == nil { throw InterfaceError.contradiction("distance needs pmj") }
    if distance == nil && read.has("extent") { throw InterfaceError.contradiction("extent needs distance") }
  }
}
