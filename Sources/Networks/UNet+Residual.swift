import Tensors

// The residual encoder of nnU-Net: blocks of two convolutions around which the input is led (ResNet-D).
//
// Source: He et al. 2019, "Bag of tricks", doi:10.1109/CVPR.2019.00065; `dynamic_network_architectures` (`BasicBlockD`, `ResidualEncoder`).
extension UNet {
  /// A chain of blocks; the first one steps.
  func residualStage(_ x: Tensor, _ stage: Int, blocks: Int) throws -> Tensor {
    let kernel = configuration.kernels[stage]
    var x = x
    for index in 0..<blocks {
      let block = UNetConfiguration.residualBlock(stage, index)
      let stride = index == 0 ? configuration.strides[stage] : [1, 1, 1]
      let first = try activatedConvolution(x, "\(block).conv1", kernel: kernel, stride: stride)
      let second = try normalizedConvolution(first, "\(block).conv2", kernel: kernel, stride: [1, 1, 1])
      x = try (second + lead(x, past: stage, index)).leakyReLU(slope: configuration.leakySlope)
    }
    return x
  }

  /// A block's input on the grid and with the channels of its output: averaged where the block steps, mixed where channels change.
  private func lead(_ x: Tensor, past stage: Int, _ index: Int) throws -> Tensor {
    guard index == 0 else { return x }
    let stride = configuration.strides[stage]
    let pooled = stride == [1, 1, 1] ? x : try x.averagePool3d(kernel: stride)
    guard let path = configuration.projection(stage) else { return pooled }
    return try normalizedConvolution(pooled, path, kernel: [1, 1, 1], stride: [1, 1, 1])
  }
}
