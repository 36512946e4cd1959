import Models
import Tensors

/// A way to look at a scan that should change nothing. Where it does change what the network says, the network does not know.
struct View {
  /// Right and left are exchanged.
  var mirrored = false
  /// Voxels that every window is moved by across the cord.
  var shift = SIMD3<Int>.zero
  /// Power of the intensities, of which most lie in 0…1: darker above 1, brighter below.
  var gamma: Float = 1

  static let plain = View()
  var isPlain: Bool { !mirrored && shift == .zero && gamma == 1 }

  /// Each differs from the plain one in two respects, so that three tell much. Four voxels are a quarter of what the coarsest grid of
  /// the network sees as one; the powers are within what training shows.
  static let others = [
    View(mirrored: true, gamma: 1.4), View(shift: [4, 4, 0], gamma: 0.7), View(mirrored: true, shift: [-4, -4, 0]),
  ]

  /// What a network says of a patch that is seen in this way.
  ///
  /// - Parameters:
  ///   - patch: [1, 1, X, Y, Z]; X runs from left to right or back.
  ///   - powers: Whether intensities are a share of the scan's range, so that powers of them make sense.
  func callAsFunction(_ network: LoadedNetwork, _ patch: Tensor, precision: DType, powers: Bool) throws -> Tensor {
    var patch = patch
    if gamma != 1, powers { patch = try patch.relu().pow(gamma) }
    guard mirrored else { return try network(patch, precision: precision) }
    return try network(patch.flipped(dims: [2]), precision: precision).flipped(dims: [2])
  }
}
