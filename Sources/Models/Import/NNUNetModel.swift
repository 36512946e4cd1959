import Files
import Foundation
import Networks
import Preprocessing
import Volumes

/// A model that nnU-Net v2 trained: what its plans and labels mean in our terms.
struct NNUNetModel {
  let name: String
  let description: StageDescription
  let notes: [String]
  /// What was brought over, in one line.
  let summary: String

  init(folder: String, weights: ImportedWeights, labels wanted: [String]) throws {
    guard let configuration = weights.checkpoint.text("init_args", "configuration") else {
      throw ModelError.notImportable(path: weights.path, what: "it does not say which configuration of nnU-Net it is")
    }
    let plans = try NNUNetPlans(folder: folder, configuration: configuration)
    let labels = try NNUNetLabels(path: folder + "/dataset.json", wanted: wanted)
    if plans.configuration["previous_stage"] is String {
      throw plans.error("\(configuration) needs the output of another network (a cascade); import 3d_fullres or 3d_lowres")
    }
    name = plans.values["dataset_name"] as? String ?? folder.lastPathComponent
    // The network's axes are those of the stored image backwards, in the order that the plans give.
    let order = (plans.values["transpose_forward"] as? [NSNumber])?.map(\.intValue) ?? [0, 1, 2]
    guard order.sorted() == [0, 1, 2] else { throw plans.error("transpose_forward is \(order), expected 0, 1 and 2 in some order") }
    let axes = order.map { 2 - $0 }
    func alongImage(_ values: [Double]) -> [Double] { (0..<3).map { values[axes.firstIndex(of: $0)!] } }

    var preprocessing = Preprocessing(
      orientation: try Self.orientation(plans, folder), spacing: SIMD3(alongImage(try plans.three("spacing"))))
    preprocessing.normalization = try Self.normalization(plans)
    preprocessing.resampling = .spline
    preprocessing.cropsEmptyRims = true
    try Self.checkFunctions(plans)
    description = StageDescription(
      preprocessing: preprocessing, network: try Self.network(plans, weights), activation: labels.activation,
      patch: try alongImage(try plans.three("patch_size")).map { size in
        guard let whole = Int(exactly: size) else { throw plans.error("patch_size is not a list of whole numbers") }
        return whole
      },
      axes: axes, classes: labels.classes, blending: .outputs)
    guard labels.outputs == description.network.outputChannels else {
      throw ModelError.notImportable(
        path: weights.path, what: "the network has \(description.network.outputChannels) outputs, but dataset.json means \(labels.outputs)")
    }
    let trainer = weights.checkpoint.text("trainer_name") ?? "unknown trainer"
    summary = "\(trainer), \(configuration), \(weights.path.split(separator: "/").suffix(2).joined(separator: "/"))"
    let cord = labels.names.joined(separator: " + ")
    notes = ["cord is \(cord), of \(labels.outputs) outputs"]
  }

  /// Which axes the network was trained on.
  private static func orientation(_ plans: NNUNetPlans, _ folder: String) throws -> Orientation? {
    // A key of the Spinal Cord Toolbox, in its convention.
    if let letters = try NNUNetPlans.json(folder + "/dataset.json")["image_orientation"] as? String {
      guard let orientation = Orientation(sct: letters) else {
        throw plans.error("the image_orientation \(letters) of dataset.json is none")
      }
      return orientation
    }
    switch plans.values["image_reader_writer"] as? String {
    case nil, "SimpleITKIO", "NibabelIO": return nil
    case "SimpleITKIOWithReorient", "NibabelIOWithReorient": return .ras
    case let reader?: throw plans.error("its images were read by \(reader), expected SimpleITKIO or NibabelIO, which read NIfTI")
    }
  }

  private static func normalization(_ plans: NNUNetPlans) throws -> Normalization {
    let scheme = (plans.configuration["normalization_schemes"] as? [String])?.first ?? "ZScoreNormalization"
    switch scheme {
    case "ZScoreNormalization":
      return (plans.configuration["use_mask_for_norm"] as? [Bool])?.first == true ? .foreground : .image
    case "CTNormalization":
      let all = plans.values["foreground_intensity_properties_per_channel"] as? [String: [String: NSNumber]]
      guard let p = all?["0"]?.mapValues(\.doubleValue), let lower = p["percentile_00_5"], let upper = p["percentile_99_5"],
        let mean = p["mean"], let deviation = p["std"]
      else { throw plans.error("the intensities that CTNormalization needs are missing") }
      return .fixed(lower: lower, upper: upper, mean: mean, deviation: deviation)
    case "RescaleTo01Normalization": return .extremes
    case "NoNormalization": return .none
    default: throw plans.error("intensities were normalized by \(scheme), which is not known here")
    }
  }

  /// The network as the weights tell it, checked against what only the plans say.
  private static func network(_ plans: NNUNetPlans, _ weights: ImportedWeights) throws -> UNetConfiguration {
    var network = weights.network
    let arguments = plans.architecture
    func expect(_ key: String, _ ending: String) throws {
      guard let found = arguments[key] as? String else { return }
      guard found.hasSuffix(ending) else { throw plans.error("its network uses \(found), expected \(ending)") }
    }
    try expect("conv_op", "Conv3d")
    try expect("norm_op", "InstanceNorm3d")
    try expect("nonlin", "LeakyReLU")
    if arguments["nonlin_first"] as? Bool == true { throw plans.error("its network normalizes behind the nonlinearity") }
    if let epsilon = (arguments["norm_op_kwargs"] as? [String: Any])?["eps"] as? NSNumber { network.normEpsilon = epsilon.floatValue }
    if let slope = (arguments["nonlin_kwargs"] as? [String: Any])?["negative_slope"] as? NSNumber { network.leakySlope = slope.floatValue }
    if let first = (arguments["strides"] as? [[NSNumber]])?.first?.map(\.intValue), first.count == 3 { network.strides[0] = first }
    return network
  }

  /// Resampling other than nnU-Net's default cannot be repeated.
  private static func checkFunctions(_ plans: NNUNetPlans) throws {
    for (key, order) in [("resampling_fn_data", 3), ("resampling_fn_probabilities", 1)] {
      guard let function = plans.configuration[key] as? String else { continue }
      let arguments = plans.configuration[key + "_kwargs"] as? [String: Any] ?? [:]
      guard function == "resample_data_or_seg_to_shape", (arguments["order"] as? NSNumber)?.intValue ?? order == order,
        (arguments["order_z"] as? NSNumber)?.intValue ?? 0 == 0,
        arguments["force_separate_z"] is NSNull? || arguments["force_separate_z"] == nil
      else {
        throw plans.error("\(key) is \(function) with settings of its own, expected nnU-Net's default resampling")
      }
    }
  }
}
