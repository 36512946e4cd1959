import Levels
import Networks
import Preprocessing
import Volumes

extension ModelDescription {
  /// Checks what a foreign file may have got wrong.
  ///
  /// - Throws: ``StageDescription/Invalid``, `NetworkError`.
  public func validate() throws {
    for stage in [localizer, segmenter].compactMap({ $0 }) { try stage.validate() }
    try postProcessing.validate()
    try levels?.validate()
    try canal?.validate(on: segmenter)
    guard localizer?.blending != .outputs, localizer == nil || segmenter.blending == .occupancies else {
      throw StageDescription.Invalid(description: "it blends raw outputs, which only a segmenter without a localizer can do")
    }
  }
}

extension LevelStageDescription {
  func validate() throws {
    try network.validate()
    guard network.inputChannels == LevelNetwork.configuration.inputChannels, network.outputChannels == LevelNetwork.channels,
      network.divisor[0] == 1, LevelNetwork.rowStep % network.divisor[1] == 0, SpineStrip.cells % network.divisor[2] == 0
    else { throw StageDescription.Invalid(description: "its network for levels does not look at strips along the cord") }
    guard [trust.junction, trust.disc, trust.part].allSatisfy({ (0...10).contains($0) }), (0..<1).contains(trust.surprise) else {
      throw StageDescription.Invalid(description: "its trust in levels is out of range")
    }
  }
}

extension CanalStageDescription {
  func validate(on segmenter: StageDescription) throws {
    try network.validate()
    guard network.inputChannels == segmenter.network.features[0] + 1, network.outputChannels == 1, segmenter.network.outputChannels == 1,
      segmenter.axes == [0, 1, 2], segmenter.blending == .occupancies, !segmenter.activation.isRelative,
      zip(segmenter.patch, network.divisor).allSatisfy({ $0 % $1 == 0 })
    else { throw StageDescription.Invalid(description: "its head for the canal does not fit its segmenter") }
  }
}

extension StageDescription {
  /// Why a description cannot be meant.
  public struct Invalid: Error, CustomStringConvertible {
    public let description: String
  }

  /// Checks what a foreign file may have got wrong.
  public func validate() throws {
    func require(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws {
      guard holds else { throw Invalid(description: otherwise()) }
    }
    try network.validate()
    let (spacing, clip) = (preprocessing.spacing, preprocessing.clip)
    try require((0..<3).allSatisfy { (0.05...50).contains(spacing[$0]) }, "spacing \(spacing) mm is out of range")
    try require(
      0 <= clip.lower && clip.lower < clip.upper && clip.upper <= 1, "clip \(clip.lower)…\(clip.upper) is no range of quantiles")
    try require((0...1e6).contains(preprocessing.headroom), "headroom \(preprocessing.headroom) is out of range")
    // Windows that follow the cord, margins and mirroring rely on x being right–left and z running along the cord.
    let orientation = preprocessing.orientation
    try require(
      blending == .outputs || orientation?.axes.map(\.axis) == [0, 1, 2],
      "orientation \(orientation?.towards ?? "as stored") is not in the order right–left, anterior–posterior, superior–inferior")
    try require(axes.sorted() == [0, 1, 2], "axes \(axes) are not 0, 1 and 2 in some order")
    try require(
      patch.count == 3 && zip(axes, network.divisor).allSatisfy { (1...4096).contains(patch[$0]) && patch[$0] % $1 == 0 }
        && patch.reduce(1, *) <= 1 << 26,
      "patch \(patch) is not a multiple of the network's \(network.divisor)")
    let view = preprocessing.fieldOfView ?? .zero
    try require((0..<3).allSatisfy { (0...4096).contains(view[$0]) }, "field of view \(view) is out of range")
    try require(network.inputChannels == 1, "the network has \(network.inputChannels) inputs, expected one")
    try require(
      !classes.isEmpty && Set(classes).count == classes.count && classes.allSatisfy { (0..<network.outputChannels).contains($0) },
      "the cord's channels \(classes) are not among the network's \(network.outputChannels)")
    try require(classes.count == 1 || activation == .softmax, "several channels \(classes) can be cord only of a softmax")
    try require(
      blending == .outputs || preprocessing.hasPlainGrid,
      "empty rims, a limited field of view and splines go only with blending of raw outputs")
    if case .fixed(let lower, let upper, let mean, let deviation) = preprocessing.normalization {
      try require(
        lower < upper && [lower, upper, mean, deviation].allSatisfy(\.isFinite) && deviation >= 0,
        "intensities \(lower)…\(upper), \(mean) ± \(deviation) are out of range")
    }
  }
}

extension Preprocessing {
  /// Whether the working grid depends on the scan's grid alone and any box of it can be prepared by itself.
  fileprivate var hasPlainGrid: Bool { !cropsEmptyRims && fieldOfView == nil && resampling == .linear }
}
