import Tensors
import Testing

/// Laws of recording, gathering and not recording gradients.
struct GradientTests {
  @Test func gradientsGatherUntilCleared() throws {
    let x = try Tensor([1, 2, 3], shape: [3]).requiringGrad()
    #expect(x.requiresGrad && x.grad == nil)
    try (x * x).sum().backward()
    #expect(try x.grad?.floats() == [2, 4, 6])
    try (x * x).sum().backward()
    #expect(try x.grad?.floats() == [4, 8, 12])
    x.clearGrad()
    #expect(x.grad == nil)
  }

  @Test func nothingIsRecordedWithoutGradients() throws {
    let x = try Tensor([1, 2], shape: [2]).requiringGrad()
    let y = try withoutGradients { try x * 2 }
    #expect(!y.requiresGrad)
    #expect(throws: TensorError.self) { try y.sum().backward() }
    #expect(try !x.detached().requiresGrad)
    #expect(try (x * 2).requiresGrad)
    // The outer block stays without gradients after an inner one.
    let nested = try withoutGradients {
      withoutGradients {}
      return try x * 2
    }
    #expect(!nested.requiresGrad)
    // An error inside does not leave recording off.
    _ = try? withoutGradients { try x + Tensor.zeros(shape: [3]) }
    #expect(try (x * 2).requiresGrad)
  }

  @Test func inPlaceOperationsAreNotRecorded() throws {
    let x = try Tensor([1, 2], shape: [2]).requiringGrad()
    try x.scale(by: 3)
    #expect(x.requiresGrad)
    #expect(try x.floats() == [3, 6])
    try x.sum().backward()
    #expect(try x.grad?.floats() == [1, 1])
  }

  @Test func gradientsPassThroughCasts() throws {
    let x = try Tensor([1, 2], shape: [2]).requiringGrad()
    try (x.to(.bfloat16) * 2).to(.float32).sum().backward()
    let gradient = try #require(x.grad)
    #expect(gradient.dtype == .float32)
    #expect(try gradient.floats() == [2, 2])
  }

  @Test func backwardNeedsOneNumber() throws {
    let x = try Tensor([1, 2], shape: [2]).requiringGrad()
    #expect(throws: TensorError.self) { try (x * 2).backward() }
  }

  /// 16-bit input with float32 scale and shift, as the networks use it: close to float32 within the input's 8 bits.
  @Test func instanceNormMixesPrecisions() throws {
    let x = try Tensor.normal(shape: [1, 2, 4, 4, 4], seed: 1)
    let (weight, bias) = (try Tensor([2, 3], shape: [2]).requiringGrad(), try Tensor([1, 0], shape: [2]).requiringGrad())
    let mixed = try x.to(.bfloat16).instanceNorm(weight: weight, bias: bias)
    #expect(mixed.dtype == .bfloat16)
    let difference = try (mixed.to(.float32) - x.instanceNorm(weight: weight, bias: bias)).abs().max().item()
    #expect(difference < 0.06)  // two roundings of values up to 9 (spacing 1/16 there at most)
    try mixed.to(.float32).sum().backward()
    #expect(weight.grad?.dtype == .float32)
  }
}
