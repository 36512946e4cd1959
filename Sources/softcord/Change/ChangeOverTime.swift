import ArgumentParser
import Files
import Foundation
import Pipeline

struct ChangeOverTime: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "change",
    abstract: "Change of the cord's area between scans of one person, measured on the same piece of cord.",
    discussion: """
      Brings the scans' cords together and measures the same piece in all. Each later scan is compared with the first. Where the scans share \
      too little cord, or levels that are asked for are not known, there is no number. docs/change.md says what is assumed.

      Examples:
        softcord change ses-01/scan.nii.gz ses-02/scan.nii.gz --vertebrae C2:C3
        softcord change a.nii.gz b.nii.gz --masks a_seg.nii.gz b_seg.nii.gz -o change.tsv
      """)

  @Argument(help: ArgumentHelp("Scans of one person, the earliest first.", valueName: "image"))
  var images: [String]

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Masks of the cords on the scans' grids, in the same order.", valueName: "mask"))
  var masks: [String] = []

  @Option(
    name: [.customLong("vertebrae"), .customLong("levels")],
    help: ArgumentHelp("Vertebrae to compare (default: all that the scans show).", valueName: "a:b"))
  var vertebrae: LevelRange?

  @OptionGroup var table: StatisticsOptions
  @OptionGroup var levels: LevelOptions
  @OptionGroup var model: ModelOptions

  func validate() throws {
    if images.count < 2 { throw ValidationError("At least two scans are needed.") }
    if !masks.isEmpty, masks.count != images.count { throw ValidationError("--masks names \(masks.count) for \(images.count) scans.") }
    try table.check(inputs: images + masks)
  }

  func run() throws {
    var request = ChangeRequest(scans: images)
    (request.masks, request.vertebrae) = (masks, vertebrae?.range)
    let change = try model.pipeline(model.settings).change(request, levels.settings, observer: WorkView.observer())
    try table.deliver(change.table)
  }
}
