import Foundation

/// Commented configurations to start from.
public enum DefaultConfiguration {
  /// Path of the configuration of the shipped model's segmenter.
  public static var path: String { Bundle.module.bundlePath + "/Configurations/default.yaml" }
}
