/// Which recipe changes training samples.
public enum AugmentationSet: String, Sendable, Codable, CaseIterable {
  /// ``SpatialTransform`` and ``IntensityTransform`` with ``AugmentationSettings``.
  case softcord
  /// What Bédard et al. 2025 mean: ``PaperTransform``.
  case paper
  /// What their published code does.
  case paperAsRun
  /// Nothing is changed.
  case none
}

/// How far and how often training samples are changed. Zero everywhere changes nothing.
public struct AugmentationSettings: Sendable, Hashable, Codable {
  /// Which recipe; the numbers below belong to ``AugmentationSet/softcord`` alone.
  public var set = AugmentationSet.softcord

  // Geometry.
  /// Standard deviation of the rotation about each axis, radians.
  public var rotation = 0.15
  /// Standard deviation of the logarithm of the size.
  public var scale = 0.12
  /// The same, for each axis on its own.
  public var stretch = 0.06
  /// Chance of a left–right mirror image.
  public var mirror = 0.5
  /// Chance of a smooth warp.
  public var warp = 0.5
  /// Largest standard deviation of the warp, mm.
  public var warpAmplitude = 2.0
  /// Chance that part of the patch lies outside the field of view.
  public var crop = 0.15

  // Contrast.
  /// Chance that intensities pass through a random curve, rising or not.
  public var remap = 0.5
  /// Given a remapped patch: chance that the cord gets an intensity of its own, and that a ring of CSF does.
  public var recolor = 0.6
  /// Standard deviation of the logarithm of gamma.
  public var gamma = 0.35
  /// Chance of a negative.
  public var invert = 0.1

  // Acquisition.
  /// Chance of lower resolution, and the largest factors across and along the cord.
  public var lowResolution = 0.5
  public var lowResolutionAcross = 2.0
  public var lowResolutionAlong = 5.0
  /// Largest standard deviation of the logarithm of a smooth bias field.
  public var bias = 0.45
  /// Largest standard deviation of noise, as a fraction of the intensity range.
  public var noise = 0.08

  public init() {}

  /// Changes nothing.
  public static var none: AugmentationSettings {
    var settings = AugmentationSettings()
    settings.set = .none
    (settings.rotation, settings.scale, settings.stretch, settings.mirror, settings.warp, settings.crop) = (0, 0, 0, 0, 0, 0)
    (settings.remap, settings.gamma, settings.invert, settings.lowResolution, settings.bias, settings.noise) = (0, 0, 0, 0, 0, 0)
    return settings
  }

  /// Of these settings what keeps every voxel as sharp as it is: mirror images and negatives.
  public var sharp: AugmentationSettings {
    var settings = Self.none
    (settings.set, settings.mirror, settings.invert) = (.softcord, mirror, invert)
    return settings
  }

  // Every key has its default, so that a configuration file names only what it changes.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    if let set = try values.decodeIfPresent(AugmentationSet.self, forKey: .set) {
      if set == .none { self = .none }
      self.set = set
      if set != .softcord, let other = values.allKeys.first(where: { $0 != .set }) {
        throw DecodingError.dataCorruptedError(forKey: other, in: values, debugDescription: "this key belongs to the set softcord alone")
      }
    }
    for (key, path) in Self.numbers {
      if let value = try values.decodeIfPresent(Double.self, forKey: key) { self[keyPath: path] = value }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(set, forKey: .set)
    guard set == .softcord else { return }
    for (key, path) in Self.numbers { try values.encode(self[keyPath: path], forKey: key) }
  }

  private enum CodingKeys: String, CodingKey {
    case set, rotation, scale, stretch, mirror, warp, warpAmplitude, crop, remap, recolor, gamma, invert, lowResolution
    case lowResolutionAcross, lowResolutionAlong, bias, noise
  }

  private static var numbers: [(CodingKeys, WritableKeyPath<Self, Double>)] {
    [
      (.rotation, \.rotation), (.scale, \.scale), (.stretch, \.stretch), (.mirror, \.mirror), (.warp, \.warp),
      (.warpAmplitude, \.warpAmplitude), (.crop, \.crop), (.remap, \.remap), (.recolor, \.recolor), (.gamma, \.gamma),
      (.invert, \.invert), (.lowResolution, \.lowResolution), (.lowResolutionAcross, \.lowResolutionAcross),
      (.lowResolutionAlong, \.lowResolutionAlong), (.bias, \.bias), (.noise, \.noise),
    ]
  }
}
