import Foundation
import Tensors

extension UNet {
  /// Sets the biases of all heads so that, before any training, the sigmoid of the output is about the given share everywhere.
  ///
  /// - Parameter share: In 0…1, exclusive.
  ///
  /// Source: Lin et al. 2017, "Focal loss for dense object detection", section 4.1 (doi:10.1109/ICCV.2017.324).
  public func expect(occupancy share: Double) throws {
    precondition(share > 0 && share < 1, "a share lies between 0 and 1")
    try withoutGradients {
      for level in configuration.headLevels {
        try parameters.first { $0.name == UNetConfiguration.head(level) + ".bias" }!.tensor.fill(Float(log(share / (1 - share))))
      }
    }
  }
}
