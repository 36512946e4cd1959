import Volumes

/// What a scan's BIDS sidecar says, named as BIDS names it.
public struct ScanFacts: Sendable, Hashable, Codable {
  public var manufacturer: String
  public var magneticFieldStrength, repetitionTime, echoTime: Double
  public var inversionTime: Double?
  public var flipAngle: Double
  /// Thickness of a slice, mm.
  public var sliceThickness: Double
  /// "2D" or "3D".
  public var mrAcquisitionType: String
  /// Axis of the stored image along which phase is encoded: i, j or k, with "-" where it runs against the index.
  public var phaseEncodingDirection: String
  /// Whether a magnetization-transfer pulse was played, for MTS only.
  public var mtState: Bool?

  enum CodingKeys: String, CodingKey {
    case manufacturer = "Manufacturer"
    case magneticFieldStrength = "MagneticFieldStrength"
    case repetitionTime = "RepetitionTime"
    case echoTime = "EchoTime"
    case inversionTime = "InversionTime"
    case flipAngle = "FlipAngle"
    case sliceThickness = "SliceThickness"
    case mrAcquisitionType = "MRAcquisitionType"
    case phaseEncodingDirection = "PhaseEncodingDirection"
    case mtState = "MTState"
  }
}

extension Acquisition {
  /// The facts of this scan's sidecar; times in seconds, angles in degrees, lengths in mm.
  public var facts: ScanFacts {
    let image = stored.map { grid.reoriented(to: $0) } ?? grid
    let phase = grid.affine.directions[1]
    let along = image.affine.directions.map { $0.dot(phase) }
    let axis = along.indices.max { abs(along[$0]) < abs(along[$1]) }!
    return ScanFacts(
      manufacturer: sequence.manufacturer.rawValue, magneticFieldStrength: sequence.fieldStrength,
      repetitionTime: sequence.repetitionTime, echoTime: sequence.echoTime, inversionTime: sequence.inversionTime,
      flipAngle: sequence.flipAngle, sliceThickness: grid.spacing.z * profile.thickness,
      mrAcquisitionType: contrast == .t2star || contrast == .dwi ? "2D" : "3D",
      phaseEncodingDirection: ["i", "j", "k"][axis] + (along[axis] < 0 ? "-" : ""),
      mtState: contrast == .mtOn ? true : contrast == .mtOff ? false : nil)
  }
}
