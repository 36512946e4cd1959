import Foundation
import Models
import Tensors
import Volumes

/// Looks at every voxel of a scan as nnU-Net does: windows overlap by half, their raw outputs are blended, brought back to the scan's own
/// voxels, and only there become occupancies.
///
/// Source: nnU-Net, `predict_from_raw_data.py`, `sliding_window_prediction.py`, `export_prediction.py`.
struct OutputBlending {
  let network: LoadedNetwork
  let precision: DType

  /// Occupancy on the scan's grid, and how many windows it took.
  func mask(of image: Volume, progress: (Double) -> Void) throws -> (mask: Volume, windows: Int) {
    let preprocessing = network.description.preprocessing
    let field = preprocessing.field(of: image)
    let prepared = try preprocessing(field)
    let (outputs, windows) = try withoutGradients { try blended(prepared, progress) }
    let channels = { (channel: Int) in
      preprocessing.restored(
        try Volume(outputs.narrowed(dim: 1, start: channel, length: 1), on: prepared.grid), to: field.grid)
    }
    let first = network.description.classes[0]
    let occupancy: Volume
    switch network.description.activation {
    case .sigmoid: occupancy = try channels(first).map { 1 / (1 + exp(-$0)) }
    case .clamp: occupancy = try channels(first).map { min(max($0, 0), 1) }
    case .softmax: occupancy = try share(of: Set(network.description.classes), among: outputs.shape[1], channels)
    case .normalizedReLU:
      // Relative to the maximum of what the network saw, so before anything is interpolated.
      let seen = try Volume(outputs.narrowed(dim: 1, start: first, length: 1), on: prepared.grid)
      let largest = max(seen.voxels.max()!, 1e-6)
      occupancy = preprocessing.restored(seen.map { max($0, 0) / largest }, to: field.grid)
    }
    return (occupancy.resampled(onto: image.grid), windows)
  }

  /// Raw outputs on the prepared grid, [1, C, X, Y, Z].
  private func blended(_ prepared: Volume, _ progress: (Double) -> Void) throws -> (Tensor, windows: Int) {
    let patch = SIMD3(network.description.patch)
    let windows = Windows.covering(prepared.grid, patch: patch, overlap: 0.5)
    // A scan smaller than a window lies in its middle, with nothing around it.
    let lower = pointwiseMin(windows[0], .zero)
    let padded = try Tensor(prepared.box(lower: lower, shape: pointwiseMax(prepared.grid.shape, patch)), on: network.device)
    let channels = network.network.configuration.outputChannels
    let size = Array(padded.shape[2...])
    let sum = try Tensor.zeros(shape: [1, channels] + size, on: network.device)
    let weight = try Tensor.zeros(shape: [1, 1] + size, on: network.device)
    let importance = try Self.importance(patch).to(network.device)
    for (index, window) in windows.enumerated() {
      let view = { (tensor: Tensor) in try tensor.box(window &- lower, patch) }
      let output = try network.outputs(view(padded).contiguous(), precision: precision)
      try view(sum).accumulate(output * importance)
      try view(weight).accumulate(importance)
      progress(Double(index + 1) / Double(windows.count))
    }
    return (try (sum / weight).box(.zero &- lower, prepared.grid.shape), windows.count)
  }

  /// Softmax of some channels together, one channel at a time so that memory does not grow with their number.
  private func share(of classes: Set<Int>, among count: Int, _ channel: (Int) throws -> Volume) throws -> Volume {
    // Largest output so far; sums of exponentials relative to it.
    var largest = try channel(0)
    var total = [Float](repeating: 1, count: largest.voxels.count)
    var part = [Float](repeating: classes.contains(0) ? 1 : 0, count: total.count)
    for index in 1..<count {
      let next = try channel(index)
      let counts: Float = classes.contains(index) ? 1 : 0
      for i in total.indices {
        let top = max(largest.voxels[i], next.voxels[i])
        let (old, new) = (exp(largest.voxels[i] - top), exp(next.voxels[i] - top))
        (total[i], part[i]) = (total[i] * old + new, part[i] * old + new * counts)
        largest.voxels[i] = top
      }
    }
    return Volume(voxels: zip(part, total).map { $0 / $1 }, grid: largest.grid)
  }

  /// Weight of each voxel of a window, [1, 1, X, Y, Z]: a Gaussian of an eighth of the window around the voxel behind its center.
  private static func importance(_ patch: SIMD3<Int>) throws -> Tensor {
    let profiles = (0..<3).map { axis in
      (0..<patch[axis]).map { i in
        let distance = Double(i - patch[axis] / 2) / (0.125 * Double(patch[axis]))
        return Float(exp(-distance * distance / 2))
      }
    }
    let weights = profiles[0].flatMap { a in profiles[1].flatMap { b in profiles[2].map { a * b * $0 } } }
    return try Tensor(weights, shape: [1, 1, patch.x, patch.y, patch.z])
  }
}

extension Tensor {
  /// A view of a box of [N, C, X, Y, Z].
  fileprivate func box(_ lower: SIMD3<Int>, _ shape: SIMD3<Int>) throws -> Tensor {
    try (0..<3).reduce(self) { try $0.narrowed(dim: 2 + $1, start: lower[$1], length: shape[$1]) }
  }
}
