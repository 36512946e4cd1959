import Foundation
import Volumes

/// Who built the scanner.
public enum Manufacturer: String, Sendable, Hashable, Codable, CaseIterable {
  case siemens = "Siemens"
  case ge = "GE"
  case philips = "Philips"

  /// As often as in the Spine Generic database: 180, 37 and 50 of 267 people.
  static func drawn(_ g: inout Generator) -> Manufacturer {
    let place = g.uniform(0, 267)
    return place < 180 ? .siemens : place < 217 ? .ge : .philips
  }
}

/// What the scanner was told: the facts of a scan's sidecar, times in seconds.
public struct SequenceParameters: Sendable, Hashable, Codable {
  public var manufacturer: Manufacturer
  /// Tesla.
  public var fieldStrength: Double
  /// Time between excitations, as this manufacturer states it, s.
  public var repetitionTime: Double
  /// Time of the echo, the first one of several, s.
  public var echoTime: Double
  /// Time from inversion to readout, s.
  public var inversionTime: Double?
  /// Degrees.
  public var flipAngle: Double

  public init(
    manufacturer: Manufacturer, fieldStrength: Double, repetitionTime: Double, echoTime: Double, inversionTime: Double? = nil,
    flipAngle: Double
  ) {
    (self.manufacturer, self.fieldStrength, self.repetitionTime) = (manufacturer, fieldStrength, repetitionTime)
    (self.echoTime, self.inversionTime, self.flipAngle) = (echoTime, inversionTime, flipAngle)
  }

  /// Medians of the sidecars of the Spine Generic multi-subject database.
  public static func published(
    _ contrast: Contrast, manufacturer: Manufacturer = .siemens, fieldStrength: Double = 3
  ) -> SequenceParameters {
    let times: (tr: Double, te: Double, flip: Double) =
      switch (contrast, manufacturer) {
      case (.t1w, .siemens): (2000, 3.7, 9)
      case (.t1w, .ge): (4.0, 1.7, 9)
      case (.t1w, .philips): (7.7, 3.6, 9)
      case (.t2w, .siemens), (.random, _): (1500, 120, 120)
      case (.t2w, .ge): (2502, 132, 90)
      case (.t2w, .philips): (3500, 120, 90)
      case (.t2star, .siemens): (600, 14, 30)
      case (.t2star, .ge): (600, 13.9, 30)
      case (.t2star, .philips): (625, 2.1, 30)
      case (.mtOn, .siemens): (35, 3.1, 9)
      case (.mtOn, .ge): (35, 4.0, 9)
      case (.mtOn, .philips): (57, 2.0, 9)
      case (.mtOff, .siemens): (15, 3.1, 15)
      case (.mtOff, .ge): (15, 4.0, 15)
      case (.mtOff, .philips): (15, 2.0, 15)
      case (.dwi, .siemens): (610, 60, 90)
      case (.dwi, .ge): (5000, 76, 90)
      case (.dwi, .philips): (3582, 70, 90)
      }
    return SequenceParameters(
      manufacturer: manufacturer, fieldStrength: fieldStrength, repetitionTime: times.tr / 1000, echoTime: times.te / 1000,
      inversionTime: contrast == .t1w ? 1 : nil, flipAngle: times.flip)
  }
}

extension Tissue.Properties {
  /// The same tissue in another field: T1 grows with the field, T2 and T2* shrink; fluid hardly changes.
  ///
  /// Exponents: T1 ∝ B₀^0.38 (Bottomley 1984 gives 0.3–0.4 for tissue), T2 and T2* from 1.5, 3 and 7 T values of the cord and brain.
  ///
  /// - Parameter tesla: The table is for 3 T.
  func at(fieldStrength tesla: Double, isFluid: Bool) -> Tissue.Properties {
    if tesla == 3 { return self }
    var result = self
    let ratio = tesla / 3
    if !isFluid {
      result.t1 *= pow(ratio, 0.38)
      result.t2 *= pow(ratio, -0.25)
    }
    result.t2star *= pow(ratio, -0.65)
    return result
  }
}
