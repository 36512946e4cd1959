import Foundation
import Tensors
import Testing

/// Laws of making, copying, describing and freeing tensors.
struct TensorTests {
  @Test func valuesComeBackAsTheyWent() throws {
    let values: [Float] = [0, -1.5, .infinity, 3e-30, 7, 1e30]
    let tensor = try Tensor(values, shape: [1, 2, 3])
    #expect(try tensor.floats() == values)
    #expect(tensor.shape == [1, 2, 3] && tensor.rank == 3 && tensor.count == 6)
    #expect(tensor.dtype == .float32 && tensor.device == .cpu)
    #expect(try Tensor(scalar: 4).item() == 4 && Tensor(scalar: 4).shape == [])
    #expect(try Tensor([], shape: [0, 3]).floats() == [])
  }

  @Test(arguments: DType.allCases) func bytesComeBackAsTheyWent(_ dtype: DType) throws {
    let bytes = (0..<UInt8(6 * dtype.size)).map { $0 &* 5 }
    let tensor = try bytes.withUnsafeBytes { try Tensor(bytes: $0, dtype: dtype, shape: [2, 3]) }
    #expect(tensor.dtype == dtype)
    #expect(try tensor.bytes() == bytes)
    #expect(try Tensor([0, 1, 2, 3, 40, 100], shape: [6]).to(dtype).floats() == [0, 1, 2, 3, 40, 100])
  }

  @Test func makers() throws {
    #expect(try Tensor.zeros(shape: [2, 2]).floats() == [0, 0, 0, 0])
    #expect(try Tensor.ones(shape: [3], dtype: .int32).bytes() == [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0])
    #expect(try Tensor.full(shape: [2], value: 2.5, dtype: .bfloat16).floats() == [2.5, 2.5])
    #expect(try Tensor.arange(4).floats() == [0, 1, 2, 3])
  }

  @Test func seedsDecideRandomNumbers() throws {
    let normal = try Tensor.normal(shape: [4096], seed: 5)
    #expect(try normal.floats() == Tensor.normal(shape: [4096], seed: 5).floats())
    #expect(try normal.floats() != Tensor.normal(shape: [4096], seed: 6).floats())
    // Five standard errors of the mean and of the variance of 4096 numbers.
    #expect(try abs(normal.mean().item()) < 5 / 64)
    #expect(try abs((normal * normal).mean().item() - 1) < 5 * 2.0.squareRoot().float / 64)
    let uniform = try Tensor.uniform(shape: [4096], seed: 5)
    #expect(try uniform.floats() == Tensor.uniform(shape: [4096], seed: 5).floats())
    #expect(try uniform.min().item() >= 0 && uniform.max().item() < 1)
    #expect(try abs(uniform.mean().item() - 0.5) < 5 * 0.289 / 64)
  }

  @Test func viewsShareAndCopiesDoNot() throws {
    let tensor = try Tensor([1, 2, 3, 4], shape: [2, 2])
    let (copy, turned) = (try tensor.copied(), try tensor.permuted([1, 0]))
    try tensor.fill(9)
    #expect(try copy.floats() == [1, 2, 3, 4])
    #expect(try turned.floats() == [9, 9, 9, 9])
    #expect(try copy.permuted([1, 0]).contiguous().bytes() == Tensor([1, 3, 2, 4], shape: [2, 2]).bytes())
  }

  @Test func errorsSayWhatAndOnWhichShapes() throws {
    let (a, b) = (try Tensor.zeros(shape: [2, 3]), try Tensor.zeros(shape: [4]))
    let error = #expect(throws: TensorError.self) { try a + b }
    #expect(error?.operation == "+" && error?.shapes == [[2, 3], [4]])
    #expect(error?.description.contains("must match") == true)
    #expect(error?.description.contains("\n") == false)
    #expect(throws: TensorError.self) { try Tensor([1, 2, 3], shape: [2]) }
    #expect(throws: TensorError.self) { try Tensor.zeros(shape: [-1]) }
    #expect(throws: TensorError.self) { try a.item() }
    #expect(throws: TensorError.self) { try Tensor.cat([a, b], dim: 0) }
    #expect(throws: TensorError.self) { try a.conv3d(weight: b) }
    #expect(throws: TensorError.self) { try a.indexSelect(dim: 0, index: Tensor([7], shape: [1]).to(.int64)) }
  }

  @Test func devices() throws {
    #expect(Device(name: "cpu") == .cpu && Device(name: "cuda") == .cuda(0))
    #expect(Device(name: "cuda:1") == .cuda(1) && Device(name: "mps") == .mps)
    for word in ["", "gpu", "cuda:", "cuda:-1", "cuda:x", "CPU"] { #expect(Device(name: word) == nil) }
    for device in [Device.cpu, .cuda(3), .mps] { #expect(Device(name: device.description) == device) }
    #expect(Device.cpu.isAvailable && Device.best().isAvailable && !Device.cuda(200).isAvailable)
    #expect(throws: TensorError.self) { try Tensor(scalar: 1).to(.cuda(200)) }
    // Linux lists what the processor can do.
    if let cpu = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8), cpu.contains("flags") {
      #expect(Device.cpu.hasFastBFloat16 == cpu.contains("avx512_bf16"))
    }
    #expect(Device.cuda(0).hasFastBFloat16)
  }

  @Test(.enabled(if: Device.cuda(0).isAvailable, "needs a CUDA device"))
  func cudaTensorsSayWhereTheyAre() throws {
    let tensor = try Tensor([1, 2], shape: [2], on: .cuda(0))
    #expect(tensor.device == .cuda(0))
    #expect(try tensor.to(.cpu).device == .cpu)
    #expect(try (tensor * 2).floats() == [2, 4])
  }

  /// Without a GPU as well: it is a wish, which the first convolution there heeds.
  @Test func aGPUExpectsEqualShapes() {
    #expect(!Device.cpu.expectEqualShapes())
    Device.cuda(0).expectEqualShapes()
    #expect(Device.cuda(0).expectEqualShapes())
  }

  @Test func threads() {
    let before = Threads.count
    Threads.count = 1
    #expect(Threads.count == 1)
    Threads.count = before
  }

  /// What sleeping gives a scan is timed by `make bench`.
  @Test func waitingThreadsSleepUnlessToldOtherwise() {
    let environment = ProcessInfo.processInfo.environment
    let told = ["OMP_WAIT_POLICY", "GOMP_SPINCOUNT"].contains { environment[$0] != nil }
    #if os(Linux)
      #expect(Threads.waitAsleep() == !told)
    #else
      #expect(!told || !Threads.waitAsleep())
    #endif
  }

  /// One sample takes other ways through LibTorch than several, and lies in memory as its channels do.
  @Test(arguments: [false, true]) func oneSampleIsComputedAsAmongOthers(_ channelsLast: Bool) throws {
    let both = try Tensor.normal(shape: [2, 6, 5, 4, 7], seed: 1)
    let (kernel, blocks) = (try Tensor.normal(shape: [3, 6, 3, 3, 1], seed: 2), try Tensor.normal(shape: [6, 3, 2, 1, 2], seed: 3))
    let (scale, shift) = (try Tensor.normal(shape: [6], seed: 4), try Tensor.normal(shape: [3], seed: 5))
    let layers: [(Tensor) throws -> Tensor] = [
      { try $0.conv3d(weight: kernel, bias: shift, stride: [2, 1, 1], padding: [1, 1, 0]) },
      { try $0.conv3d(weight: kernel) },
      { try $0.convTranspose3d(weight: blocks, bias: shift, stride: [2, 1, 2]) },
      { try $0.convTranspose3d(weight: blocks, stride: [2, 1, 2]) },
      { try $0.convTranspose3d(weight: blocks, bias: shift, stride: [1, 1, 1]) },
      { try $0.instanceNormLeakyReLU(weight: scale, slope: 0.1) },
    ]
    for (index, layer) in layers.enumerated() {
      for sample in 0..<2 {
        let alone = try both.narrowed(dim: 0, start: sample, length: 1).contiguous()
        let found = try layer(channelsLast ? alone.channelsLast() : alone)
        let expected = try layer(both).narrowed(dim: 0, start: sample, length: 1)
        #expect(found.shape == expected.shape)
        let apart = try zip(found.contiguous().floats(), expected.contiguous().floats()).map { abs($0 - $1) }.max()!
        #expect(apart < 1e-5, "layer \(index), sample \(sample)")
      }
    }
  }

  /// Sums over the voxels of a sample are added up in the same parts, whoever adds them up.
  @Test(arguments: [DType.float32, .bfloat16]) func normalizationDoesNotDependOnThreads(_ type: DType) throws {
    let x = try (Tensor.normal(shape: [1, 24, 31, 17, 23], seed: 3) * 2 + 5).to(type).channelsLast()
    let threads = Threads.count
    defer { Threads.count = threads }
    let outputs = try [1, 2, 3, 5].map { count in
      Threads.count = count
      return try x.instanceNormLeakyReLU(slope: 1).to(.float32).contiguous().floats()
    }
    #expect(outputs.dropFirst().allSatisfy { $0 == outputs[0] })
    // Each channel has mean 0 and variance 1, but for the rounding of its values.
    let rounding: Float = type == .float32 ? 1e-4 : 2e-3
    for channel in 0..<24 {
      let values = outputs[0][channel * 31 * 17 * 23..<(channel + 1) * 31 * 17 * 23]
      #expect(abs(values.reduce(0, +) / Float(values.count)) < rounding)
      #expect(abs(values.reduce(0) { $0 + $1 * $1 } / Float(values.count) - 1) < rounding)
    }
  }

  @Test func handlesAreFreed() throws {
    let rounds = 4000
    let before = Tensor.liveCount
    for _ in 0..<rounds {
      let a = try Tensor([1, 2], shape: [2]).requiringGrad()
      try (a * a + 1).sum().backward()
      #expect(a.grad != nil)
      _ = try? a + Tensor.zeros(shape: [3])
    }
    // Tests beside this one hold some hundred handles of their own; one leak a round would leave thousands.
    #expect(Tensor.liveCount - before < rounds / 2)
    let held = try (0..<rounds).map { try Tensor(scalar: Float($0)) }
    #expect(Tensor.liveCount - before > rounds / 2)
    withExtendedLifetime(held) {}
  }
}

extension Double {
  fileprivate var float: Float { Float(self) }
}
