import Tensors
import Volumes

// The one place where volumes and tensors meet: volumes run x fastest, tensors are [N, C, X, Y, Z] with Z fastest.

extension Tensor {
  /// A volume as a tensor, [1, 1, X, Y, Z].
  public init(_ volume: Volume, on device: Device = .cpu) throws {
    let shape = volume.grid.shape
    self = try Tensor(volume.voxels, shape: [1, 1, shape.z, shape.y, shape.x]).permuted([0, 1, 4, 3, 2]).contiguous().to(device)
  }

  /// Zero mean and unit variance per sample and channel over the last three axes; a constant sample becomes zero.
  public func zScored() throws -> Tensor {
    // One axis after the other: the mean of everything at once is added up in parts that depend on the number of threads.
    func means(_ tensor: Tensor) throws -> Tensor { try [4, 3, 2].reduce(tensor) { try $0.mean(dims: [$1], keepDim: true) } }
    let centered = try self - means(self)
    let variance = try means(centered * centered)
    return try centered / (variance.sqrt() + 1e-6)
  }
}

extension Volume {
  /// A tensor [1, 1, X, Y, Z] as a volume.
  public init(_ tensor: Tensor, on grid: Grid) throws {
    precondition(
      tensor.shape == [1, 1, grid.shape.x, grid.shape.y, grid.shape.z], "a tensor of \(tensor.shape) does not fill \(grid.shape)")
    self.init(voxels: try tensor.to(.cpu).to(.float32).permuted([0, 1, 4, 3, 2]).contiguous().floats(), grid: grid)
  }
}
