import ArgumentParser
import Datasets
import Foundation
import Statuses
import Tensors

@main
struct SoftCord: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "softcord",
    abstract: "Contrast-agnostic soft segmentation of the spinal cord on MRI, and its cross-sectional area.",
    discussion: """
      A soft mask says for each voxel what fraction of it is cord. Its sum times the voxel's size is the cord's volume, so partial \
      volume is kept and areas do not jump with the threshold.

      Results go to files or standard output, everything else to standard error. Exit status: 0 all done, 1 some of several inputs \
      failed, 3 drift, 4 changed since, 5 levels not known, 64 usage, 65 bad input, 66 input missing, 69 no such device, 73 output cannot be written, 78 bad configuration or model; \
      docs/exit-status.md says more.
      """,
    version: version,
    subcommands: [
      Segment.self, Label.self, Area.self, ChangeOverTime.self, Work.self, Verify.self, Measure.self, Run.self, Evaluate.self, Compare.self,
      Simulate.self,
      Train.self, Model.self, Demo.self,
      MakeGroundTruth.self, Register.self, RunStudy.self,
    ])

  static let version = DatasetDescription.Program.softcord.version!

  static func main() async {
    ProcessTuning.apply()
    do {
      var command = try await asyncParseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      leave(0)
    } catch let failure as Failure {
      if let message = failure.message { Console.error(message) }
      leave(failure.status.rawValue)
    } catch let error where ExitStatus(of: error) != nil {
      Console.error("\(error)")
      leave(ExitStatus(of: error)!.rawValue)
    } catch  where exitCode(for: error) == .failure {
      // Neither ours nor the argument parser's: still one line and a status of its own.
      Console.error("\(error)".replacingOccurrences(of: "\n", with: " "))
      leave(ExitStatus.fault.rawValue)
    } catch {
      exit(withError: error)
    }
  }

  /// Ends the program without LibTorch's destructors, which take a tenth of a second to free what the system frees anyway.
  private static func leave(_ status: Int32) -> Never {
    fflush(nil)
    _exit(status)
  }
}
