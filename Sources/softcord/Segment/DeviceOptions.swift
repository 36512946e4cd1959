import ArgumentParser
import Tensors

/// Where to compute, for every command that runs a network.
struct DeviceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where to compute: auto, cpu, cuda, cuda:1, mps.", valueName: "device"))
  var device = "auto"

  @Option(help: ArgumentHelp("Processor threads (default: all).", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1.") }
    _ = try named
  }

  private var named: Device {
    get throws {
      if device == "auto" { return Device.best() }
      guard let named = Device(name: device) else {
        throw ValidationError("'\(device)' is no device; expected auto, cpu, cuda, cuda:N or mps.")
      }
      return named
    }
  }

  /// Sets the threads and gives the device, which is there.
  func choose() throws -> Device {
    if let threads { Threads.count = threads }
    let device = try named
    guard device.isAvailable else {
      throw Failure(.unavailable, "the device \(device) is not available on this machine; try --device cpu")
    }
    return device
  }
}
