import Volumes

extension NIfTIHeader {
  /// The header of a file that holds this volume.
  ///
  /// - Returns: The header, and notes on what it cannot say.
  static func describing(
    _ volume: Volume, source: NIfTIHeader?, type: StorageType, description: String
  ) -> (NIfTIHeader, notes: [String]) {
    let grid = volume.grid
    var header = NIfTIHeader(dimensions: [grid.shape.x, grid.shape.y, grid.shape.z], dataType: type.scalar.rawValue)
    header.version = header.dimensions.max()! > Int(Int16.max) ? .two : .one
    header.dataOffset = Double(header.layout.size + 4)
    header.text = description.isEmpty ? source?.text ?? "" : description
    if let source {
      (header.qformCode, header.sformCode) = (source.qformCode, source.sformCode)
      // No codes, no orientation: only a volume that lies where such a file is taken to lie may go without.
      if max(source.qformCode, source.sformCode) <= 0, (try? source.grid(path: ""))?.0.matches(grid) != true {
        (header.qformCode, header.sformCode) = (1, 1)
      }
      let space = source.units & 7
      header.units = source.units & 0x38 | ((1...3).contains(space) ? space : 2)
    }
    if volume.voxels.allSatisfy({ $0 >= 0 && $0 <= 1 }) { header.displayRange = [0, 1] }
    let notes = header.setForms(to: grid.affine)
    return (header, notes)
  }

  /// Sets sform, qform and voxel sizes; a note where the qform cannot follow.
  private mutating func setForms(to affine: Affine) -> [String] {
    sform = affine.scaled(by: 1 / millimetersPerUnit)
    let leftHanded = sform.determinant < 0
    let rotation = Quaternion(nearestTo: (sform.x, sform.y, leftHanded ? -sform.z : sform.z))
    quaternion = version == .one ? rotation.roundedToSingle : [rotation.b, rotation.c, rotation.d]
    quaternionOffset = sform.origin
    let steps = sform.spacing
    pixdim = [leftHanded ? -1 : 1, steps.x, steps.y, steps.z, 1, 1, 1, 1]
    guard let axes = qform?.directions else { return [] }
    let turn = zip(axes, sform.directions).map { ($0 - $1).length }.max()!
    // Rounding alone reaches 5·10⁻⁴, near a half turn.
    guard turn > 1e-3 else { return [] }
    return ["the affine is sheared: the sform holds it, the qform its nearest rotation, up to \(Float(turn * 180 / .pi))° off"]
  }

  /// The bytes before the first voxel of a single file.
  func encoded() -> [UInt8] {
    let layout = layout
    // Four zero bytes follow: no extension.
    var header = HeaderBytes(bytes: [UInt8](repeating: 0, count: layout.size + 4))
    func put(_ values: [Double], at offset: Int) {
      for (i, value) in values.enumerated() { header.set(value, at: offset + i * layout.realWidth, width: layout.realWidth) }
    }
    func put(_ text: [UInt8], at offset: Int) { header.bytes.replaceSubrange(offset..<offset + text.count, with: text) }

    header.set(layout.size, at: 0, width: 4)
    put(Array((version == .one ? "n+1\0" : "n+2\0\r\n\u{1a}\n").utf8), at: layout.magic)
    let padded = [dimensions.count] + dimensions + Array(repeating: 1, count: 7 - dimensions.count)
    for (i, dimension) in padded.enumerated() {
      header.set(dimension, at: layout.dimensions + i * layout.dimensionWidth, width: layout.dimensionWidth)
    }
    header.set(dataType, at: layout.dataType, width: 2)
    header.set(8 * (ScalarType(rawValue: dataType)?.size ?? 0), at: layout.bitsPerVoxel, width: 2)
    put(pixdim, at: layout.pixdim)
    if version == .one { put([dataOffset], at: layout.dataOffset) } else { header.set(Int(dataOffset), at: layout.dataOffset, width: 8) }
    put([slope], at: layout.slope)
    put([intercept], at: layout.intercept)
    put([displayRange.x], at: layout.displayMinimum)
    put([displayRange.y], at: layout.displayMaximum)
    header.set(units, at: layout.units, width: version == .one ? 1 : 4)
    put(Array(text.utf8.prefix(HeaderLayout.textSize - 1)), at: layout.text)
    header.set(qformCode, at: layout.qformCode, width: layout.codeWidth)
    header.set(sformCode, at: layout.sformCode, width: layout.codeWidth)
    put([quaternion.x, quaternion.y, quaternion.z], at: layout.quaternion)
    put([quaternionOffset.x, quaternionOffset.y, quaternionOffset.z], at: layout.quaternionOffset)
    for row in 0..<3 {
      put([sform.x[row], sform.y[row], sform.z[row], sform.origin[row]], at: layout.sform + 4 * row * layout.realWidth)
    }
    return header.bytes
  }
}
