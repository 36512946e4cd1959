import Foundation
import Tensors

/// What torchrun and srun say in the environment to each of the processes that they start.
public enum Launcher {
  /// Seconds that the others are waited for: one of them validates alone.
  private static let patience = 7200.0

  /// The group of processes that this one belongs to; `nil` when it is alone.
  ///
  /// - Throws: ``TrainingError/launch(reason:)`` where the environment is incomplete; `TensorError` where the others are not met.
  public static func group(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws -> ProcessGroup? {
    // Slurm counts tasks also where a program is started alone: there the meeting point must be named.
    guard environment["WORLD_SIZE"] != nil || environment["MASTER_ADDR"] != nil,
      let size = number(environment, "WORLD_SIZE", "SLURM_NTASKS"), size > 1
    else { return nil }
    guard let rank = number(environment, "RANK", "SLURM_PROCID"), (0..<size).contains(rank) else {
      throw TrainingError.launch(reason: "RANK (or SLURM_PROCID) does not say which of the \(size) this is")
    }
    guard let host = environment["MASTER_ADDR"] else {
      throw TrainingError.launch(reason: "MASTER_ADDR does not say where the \(size) meet")
    }
    let port = number(environment, "MASTER_PORT") ?? 29500
    guard (1...65535).contains(port) else { throw TrainingError.launch(reason: "MASTER_PORT is \(port); expected 1 to 65535") }
    // torchrun keeps the meeting point open itself.
    let launcherServes = environment["TORCHELASTIC_USE_AGENT_STORE"] == "True"
    return try ProcessGroup(
      host: host, port: port, rank: rank, size: size, serves: rank == 0 && !launcherServes, timeout: patience)
  }

  /// The first of the variables that is a number.
  private static func number(_ environment: [String: String], _ names: String...) -> Int? {
    names.lazy.compactMap { environment[$0] }.compactMap { Int($0) }.first
  }
}
