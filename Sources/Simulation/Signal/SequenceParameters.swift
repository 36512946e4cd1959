import Foundation
import Numerics

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

/// A protocol's times and angle over those that the manufacturer's scanners have in the Spine Generic database; 1 keeps them.
///
/// T1w's signal depends on the times of inversion and echo alone, T2w's and DWI's on no angle.
public struct SequenceFactors: Sendable, Hashable, Codable {
  public var repetitionTime = 1.0, echoTime = 1.0, inversionTime = 1.0, flipAngle = 1.0

  public init() {}
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

  /// The same sequence with other times and another angle.
  func scaled(by factors: SequenceFactors) -> SequenceParameters {
    var result = self
    result.repetitionTime *= factors.repetitionTime
    result.echoTime *= factors.echoTime
    result.inversionTime = inversionTime.map { $0 * factors.inversionTime }
    result.flipAngle *= factors.flipAngle
    return result
  }

  /// The same sequence as other protocols have it, from little to much contrast between cord and CSF.
  ///
  /// Real people's CSF has 1.1 to 1.7 times the cord's signal in T2star, 2.4 to 4.4 times in T2w; in MTS without a pulse half of it at the
  /// angle for T1, but 0.75 to 0.9 of it where repetition time and angle are those with a pulse.
  func varied(_ contrast: Contrast, generator g: inout Generator) -> SequenceParameters {
    var result = self
    func times(_ low: Double, _ high: Double) -> Double { exp(g.uniform(log(low), log(high))) }
    switch contrast {
    case .t1w:
      result.inversionTime = inversionTime.map { $0 * times(0.85, 1.25) }
    case .t2w:
      result.echoTime *= times(0.55, 1.25)
    case .t2star:
      result.echoTime *= times(0.35, 1.4)
      result.flipAngle *= times(0.7, 1.4)
    case .mtOn:
      result.flipAngle *= times(0.7, 1.6)
    case .mtOff:
      if g.chance(0.6) { result = .published(.mtOn, manufacturer: manufacturer, fieldStrength: fieldStrength) }
      result.flipAngle *= times(0.6, 1.4)
    case .dwi:
      result.echoTime *= times(0.8, 1.3)
    case .random:
      break
    }
    return result
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
