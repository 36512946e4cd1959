import ArgumentParser
import Inference
import Models
import Pipeline
import Tensors

extension Precision: ExpressibleByArgument {}

/// Options of every command that runs a network.
struct ModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Model file (default: the one that comes with softcord).", valueName: "file"))
  var model: String?

  @OptionGroup var compute: DeviceOptions

  @Option(
    help: """
      What the network computes in: auto, float32, bfloat16; auto takes bfloat16 where the processor is faster at it, and float32 for imported \
      models, so that they agree with the program they are from.
      """)
  var precision = Precision.automatic

  @Flag(help: "Segment the whole scan instead of the region in which the localizer finds the cord: slower.")
  var everywhere = false

  var settings: SegmentationSettings {
    var settings = SegmentationSettings()
    (settings.precision, settings.searchesEverywhere) = (precision, everywhere)
    return settings
  }

  /// Path of the model that was chosen.
  var path: String { model ?? ShippedModel.path }

  /// The pipeline with the model that was chosen.
  func pipeline(_ settings: SegmentationSettings) throws -> SegmentationPipeline {
    let device = try compute.choose()
    let pipeline = try SegmentationPipeline(model: path, on: device, settings: settings)
    if pipeline.segmenter.precision == .bfloat16, !device.hasFastBFloat16 {
      Console.note("\(device) only imitates bfloat16, which takes a hundred times as long as float32")
    }
    return pipeline
  }
}
