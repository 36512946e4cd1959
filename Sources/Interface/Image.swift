// swift-format-ignore-file: AlwaysUseLowerCamelCase
// C functions have the names of softcord.h.

import CSoftCord
import Datasets
import NIfTI
import Volumes

/// An image behind a `softcord_image`.
package final class Image: Sendable {
  package let name: String
  package let volume: Volume
  /// Of the file that it was read from.
  let header: NIfTIHeader?
  let notes: [String]
  /// What is known of the discs that it holds.
  let sidecar: DiscSidecar?
  private let texts = Texts()

  package init(name: String, volume: Volume, header: NIfTIHeader? = nil, notes: [String] = [], sidecar: DiscSidecar? = nil) {
    (self.name, self.volume, self.header, self.notes, self.sidecar) = (name, volume, header, notes, sidecar)
  }

  /// An image that was made of another one.
  package convenience init(name: String, volume: Volume, like image: Image, notes: [String] = [], sidecar: DiscSidecar? = nil) {
    self.init(name: name, volume: volume, header: image.header, notes: notes, sidecar: sidecar)
  }

  func note(_ index: Int64) -> UnsafePointer<CChar>? {
    Int(exactly: index).flatMap { notes.indices.contains($0) ? texts.pointer(notes[$0]) : nil }
  }
}

@c @implementation public func softcord_image_make(
  _ name: UnsafePointer<CChar>!, _ voxels: UnsafeRawPointer!, _ type: softcord_type, _ shape: UnsafePointer<Int64>!,
  _ strides: UnsafePointer<Int64>!, _ affine: UnsafePointer<Double>!, _ image: UnsafeMutablePointer<OpaquePointer?>!
) -> softcord_status {
  attempt {
    guard let voxels, let shape, let affine, let image else { throw InterfaceError.null("voxels, shape, affine or image") }
    let name = name.map { String(cString: $0) } ?? "image"
    let lengths = (0..<3).map { Int(shape[$0]) }
    guard lengths.allSatisfy({ $0 >= 1 }), lengths.reduce(1.0, { $0 * Double($1) }) <= 0x1p31 else {
      throw InterfaceError.shape(name: name, found: lengths)
    }
    let matrix = UnsafeBufferPointer(start: affine, count: 16)
    func column(_ index: Int) -> SIMD3<Double> { [matrix[index], matrix[4 + index], matrix[8 + index]] }
    let map = Affine(x: column(0), y: column(1), z: column(2), origin: column(3))
    guard matrix.allSatisfy(\.isFinite) else { throw InterfaceError.affine(name: name, reason: "a number of it is NaN or infinite") }
    guard Array(matrix[12...]) == [0, 0, 0, 1] else {
      throw InterfaceError.affine(name: name, reason: "its last row is \(Array(matrix[12...])) and not 0, 0, 0, 1")
    }
    if let flaw = map.flaw { throw InterfaceError.affine(name: name, reason: flaw) }
    let grid = Grid(shape: SIMD3(lengths[0], lengths[1], lengths[2]), affine: map)
    let steps = strides.map { strides in (0..<3).map { Int(strides[$0]) } }
    let copied = try VoxelCopy(voxels, type: type, shape: lengths, strides: steps).floats(of: name)
    image.pointee = handle(Image(name: name, volume: Volume(voxels: copied, grid: grid)))
  }
}

@c @implementation public func softcord_image_read(
  _ path: UnsafePointer<CChar>!, _ kind: softcord_kind, _ volume: Int64, _ image: UnsafeMutablePointer<OpaquePointer?>!
) -> softcord_status {
  attempt {
    guard let path, let image else { throw InterfaceError.null("path or image") }
    let name = String(cString: path)
    let volume = volume < 0 ? nil : Int(volume)
    let read: NIfTIImage
    var sidecar: DiscSidecar?
    switch Int(kind) {
    case SOFTCORD_SCAN: read = try NIfTI.scan(name, volume: volume)
    case SOFTCORD_MASK: read = try NIfTI.mask(name, volume: volume, canChoose: true)
    case SOFTCORD_LABELS: (read, sidecar) = (try NIfTI.labels(name), DiscSidecar(beside: name))
    default: throw InterfaceError.value(option: "kind", found: "\(kind)", expected: "SOFTCORD_SCAN, SOFTCORD_MASK or SOFTCORD_LABELS")
    }
    image.pointee = handle(Image(name: name, volume: read.volume, header: read.header, notes: read.notes, sidecar: sidecar))
  }
}

@c @implementation public func softcord_image_write(
  _ image: OpaquePointer!, _ path: UnsafePointer<CChar>!, _ like: OpaquePointer!
) -> softcord_status {
  attempt {
    guard let image, let path else { throw InterfaceError.null("image or path") }
    let source = like.map { object($0, as: Image.self) }
    try NIfTI.write(object(image, as: Image.self).volume, to: String(cString: path), header: source?.header)
  }
}

@c @implementation public func softcord_image_shape(_ image: OpaquePointer!, _ shape: UnsafeMutablePointer<Int64>!) {
  let lengths = object(image, as: Image.self).volume.grid.shape
  for axis in 0..<3 { shape[axis] = Int64(lengths[axis]) }
}

@c @implementation public func softcord_image_affine(_ image: OpaquePointer!, _ affine: UnsafeMutablePointer<Double>!) {
  let map = object(image, as: Image.self).volume.grid.affine
  for row in 0..<4 {
    for (index, column) in [map.x, map.y, map.z, map.origin].enumerated() {
      affine[4 * row + index] = row < 3 ? column[row] : index == 3 ? 1 : 0
    }
  }
}

@c @implementation public func softcord_image_copy(
  _ image: OpaquePointer!, _ voxels: UnsafeMutablePointer<Float>!, _ count: Int64
) -> softcord_status {
  attempt {
    guard let image, let voxels else { throw InterfaceError.null("image or voxels") }
    let own = object(image, as: Image.self).volume.voxels
    guard count == own.count else { throw InterfaceError.count(found: Int(count), expected: own.count) }
    own.withUnsafeBufferPointer { voxels.update(from: $0.baseAddress!, count: $0.count) }
  }
}

@c @implementation public func softcord_image_note(_ image: OpaquePointer!, _ index: Int64) -> UnsafePointer<CChar>! {
  object(image, as: Image.self).note(index)
}

@c @implementation public func softcord_image_free(_ image: OpaquePointer!) { release(image, Image.self) }
