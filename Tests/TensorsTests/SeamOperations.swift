import Tensors

/// An operation of tools/golden/seam.py.
struct SeamOperation: Sendable {
  /// The C functions whose values it tests.
  let covered: Set<String>
  /// The operation on the case's inputs.
  let run: @Sendable ([Tensor]) throws -> Tensor

  init(_ covered: String..., run: @escaping @Sendable ([Tensor]) throws -> Tensor) {
    self.covered = Set(covered)
    self.run = run
  }
}

/// The operations of tools/golden/seam.py, by name.
let seamOperations: [String: SeamOperation] = [
  "add": SeamOperation("ct_add") { try $0[0] + $0[1] },
  "sub": SeamOperation("ct_sub") { try $0[0] - $0[1] },
  "mul": SeamOperation("ct_mul") { try $0[0] * $0[1] },
  "div": SeamOperation("ct_div") { try $0[0] / $0[1] },
  "pow": SeamOperation("ct_pow") { try $0[0].pow($0[1]) },
  "maximum": SeamOperation("ct_maximum") { try $0[0].maximum($0[1]) },
  "minimum": SeamOperation("ct_minimum") { try $0[0].minimum($0[1]) },
  "addScalar": SeamOperation("ct_add_scalar") { try $0[0] + 1.5 },
  "subScalar": SeamOperation("ct_add_scalar") { try $0[0] - 1.5 },
  "mulScalar": SeamOperation("ct_mul_scalar") { try $0[0] * 1.5 },
  "divScalar": SeamOperation("ct_div_scalar") { try $0[0] / 1.5 },
  "scalarAdd": SeamOperation("ct_add_scalar") { try 1.5 + $0[0] },
  "scalarSub": SeamOperation("ct_rsub_scalar") { try 1.5 - $0[0] },
  "scalarMul": SeamOperation("ct_mul_scalar") { try 1.5 * $0[0] },
  "scalarDiv": SeamOperation("ct_rdiv_scalar") { try 1.5 / $0[0] },
  "powScalar": SeamOperation("ct_pow_scalar") { try $0[0].pow(2.5) },
  "lt": SeamOperation("ct_lt") { try $0[0].isLess(than: $0[1]) },
  "le": SeamOperation("ct_le") { try $0[0].isAtMost($0[1]) },
  "gt": SeamOperation("ct_gt") { try $0[0].isGreater(than: $0[1]) },
  "ge": SeamOperation("ct_ge") { try $0[0].isAtLeast($0[1]) },
  "eq": SeamOperation("ct_eq") { try $0[0].isEqual(to: $0[1]) },
  "ltScalar": SeamOperation("ct_lt_scalar") { try $0[0].isLess(than: 0.5) },
  "leScalar": SeamOperation("ct_le_scalar") { try $0[0].isAtMost(0.5) },
  "gtScalar": SeamOperation("ct_gt_scalar") { try $0[0].isGreater(than: 0.5) },
  "geScalar": SeamOperation("ct_ge_scalar") { try $0[0].isAtLeast(0.5) },
  "eqScalar": SeamOperation("ct_eq_scalar") { try $0[0].isEqual(to: 0.5) },
  "neg": SeamOperation("ct_neg") { try -$0[0] },
  "abs": SeamOperation("ct_abs") { try $0[0].abs() },
  "exp": SeamOperation("ct_exp") { try $0[0].exp() },
  "log": SeamOperation("ct_log") { try $0[0].log() },
  "log1p": SeamOperation("ct_log1p") { try $0[0].log1p() },
  "sqrt": SeamOperation("ct_sqrt") { try $0[0].sqrt() },
  "sigmoid": SeamOperation("ct_sigmoid") { try $0[0].sigmoid() },
  "relu": SeamOperation("ct_relu") { try $0[0].relu() },
  "leakyReLU": SeamOperation("ct_leaky_relu") { try $0[0].leakyReLU(slope: 0.1) },
  "clamped": SeamOperation("ct_clamp") { try $0[0].clamped(min: -0.5, max: 1) },
  "softmax": SeamOperation("ct_softmax") { try $0[0].softmax(dim: 1) },
  "where": SeamOperation("ct_where") { try Tensor.where(Tensor([1, 0, 1, 0], shape: [4]), $0[0], $0[1]) },
  "toBFloat16AndBack": SeamOperation("ct_to_dtype") { try $0[0].to(.bfloat16).to(.float32) },
  "sum": SeamOperation("ct_sum") { try $0[0].sum() },
  "sumDims": SeamOperation("ct_sum") { try $0[0].sum(dims: [0, 2]) },
  "sumKeep": SeamOperation("ct_sum") { try $0[0].sum(dims: [-1], keepDim: true) },
  "mean": SeamOperation("ct_mean") { try $0[0].mean() },
  "meanDims": SeamOperation("ct_mean") { try $0[0].mean(dims: [0, 2]) },
  "meanKeep": SeamOperation("ct_mean") { try $0[0].mean(dims: [-1], keepDim: true) },
  "max": SeamOperation("ct_amax") { try $0[0].max() },
  "maxDims": SeamOperation("ct_amax") { try $0[0].max(dims: [0, 2]) },
  "min": SeamOperation("ct_amin") { try $0[0].min() },
  "minDims": SeamOperation("ct_amin") { try $0[0].min(dims: [1], keepDim: true) },
  "matmul": SeamOperation("ct_matmul") { try $0[0].matmul($0[1]) },
  "reshaped": SeamOperation("ct_reshape") { try $0[0].reshaped([4, -1]) },
  "permuted": SeamOperation("ct_permute") { try $0[0].permuted([2, 0, 1]) },
  "expanded": SeamOperation("ct_expand") { try $0[0].expanded(to: [3, 4]) },
  "narrowed": SeamOperation("ct_narrow") { try $0[0].narrowed(dim: 2, start: 1, length: 2) },
  "flipped": SeamOperation("ct_flip") { try $0[0].flipped(dims: [0, 2]) },
  "cat": SeamOperation("ct_cat") { try Tensor.cat($0, dim: 1) },
  "stack": SeamOperation("ct_stack") { try Tensor.stack($0, dim: 1) },
  "padded": SeamOperation("ct_pad_constant") { try $0[0].padded([1, 0, 2, -1], value: 0.5) },
  "paddedByRepeating": SeamOperation("ct_pad_replicate") { try $0[0].paddedByRepeating([1, 0, 0, 2, 1, 1]) },
  "indexSelect": SeamOperation("ct_index_select") { try $0[0].indexSelect(dim: 1, index: $0[1]) },
  "gathered": SeamOperation("ct_gather") { try $0[0].gathered(dim: 1, index: $0[1]) },
  "conv3d": SeamOperation("ct_conv3d") { try $0[0].conv3d(weight: $0[1], bias: $0[2], stride: [2, 1, 2], padding: [1, 1, 0]) },
  "conv3dPlain": SeamOperation("ct_conv3d") { try $0[0].conv3d(weight: $0[1]) },
  "conv3dGroups": SeamOperation("ct_conv3d") { try $0[0].conv3d(weight: $0[1], groups: 2) },
  "convTranspose3d": SeamOperation("ct_conv_transpose3d") { try $0[0].convTranspose3d(weight: $0[1], bias: $0[2], stride: [2, 1, 2]) },
  "instanceNorm": SeamOperation("ct_instance_norm") { try $0[0].instanceNorm(weight: $0[1], bias: $0[2], eps: 1e-3) },
  "instanceNormPlain": SeamOperation("ct_instance_norm") { try $0[0].instanceNorm() },
  "instanceNormLeakyReLU": SeamOperation("ct_instance_norm_leaky_relu") {
    try $0[0].instanceNormLeakyReLU(weight: $0[1], bias: $0[2], eps: 1e-3, slope: 0.1)
  },
  "instanceNormLeakyReLUPlain": SeamOperation("ct_instance_norm_leaky_relu") { try $0[0].instanceNormLeakyReLU(slope: 0.1) },
  "groupNorm": SeamOperation("ct_group_norm") { try $0[0].groupNorm(groups: 2, weight: $0[1], bias: $0[2], eps: 1e-3) },
  "averagePool3d": SeamOperation("ct_avg_pool3d") { try $0[0].averagePool3d(kernel: [2, 3, 2], stride: [2, 1, 1]) },
  "adaptiveAveragePool3d": SeamOperation("ct_adaptive_avg_pool3d") { try $0[0].adaptiveAveragePool3d(size: [2, 2, 3]) },
  "interpolatedTrilinear": SeamOperation("ct_interpolate") { try $0[0].interpolated(to: [3, 5, 2], mode: .trilinear) },
  "interpolatedNearest": SeamOperation("ct_interpolate") { try $0[0].interpolated(to: [3, 5, 2], mode: .nearest) },
  "gridSampledZerosFaces": SeamOperation("ct_grid_sample") { try $0[0].gridSampled($0[1], padding: .zeros, alignCorners: false) },
  "gridSampledZerosCorners": SeamOperation("ct_grid_sample") { try $0[0].gridSampled($0[1], padding: .zeros, alignCorners: true) },
  "gridSampledBorderFaces": SeamOperation("ct_grid_sample") { try $0[0].gridSampled($0[1], padding: .border, alignCorners: false) },
  "gridSampledBorderCorners": SeamOperation("ct_grid_sample") { try $0[0].gridSampled($0[1], padding: .border, alignCorners: true) },
  "binaryCrossEntropyWithLogits": SeamOperation("ct_bce_with_logits") { try $0[0].binaryCrossEntropyWithLogits($0[1]) },
  "normal": SeamOperation("ct_normal") { _ in try Tensor.normal(shape: [4, 10], seed: seed) },
  "normalFew": SeamOperation("ct_normal") { _ in try Tensor.normal(shape: [3, 5], seed: seed) },
  "uniform": SeamOperation("ct_uniform") { _ in try Tensor.uniform(shape: [4, 10], seed: seed) },
  "uniformFew": SeamOperation("ct_uniform") { _ in try Tensor.uniform(shape: [3, 5], seed: seed) },
  "full": SeamOperation("ct_full") { _ in try Tensor.full(shape: [2, 3], value: 2.5) },
  "arange": SeamOperation("ct_arange") { _ in try Tensor.arange(7) },
  "copied": SeamOperation("ct_clone") { try overwritten($0[0]) { try $0.copied() } },
  "contiguous": SeamOperation("ct_contiguous") { try overwritten($0[0].permuted([2, 0, 1])) { try $0.contiguous() } },
  "channelsLast": SeamOperation("ct_channels_last") { try overwritten($0[0].reshaped([1, 2, 3, 2, 2])) { try $0.channelsLast() } },
  "detached": SeamOperation("ct_detach") { try $0[0].detached() * $0[0] },
  "toDevice": SeamOperation("ct_to_device") { try $0[0].to(.cpu) * $0[0] },
  "toFloat16AndBack": SeamOperation("ct_to_dtype") { try $0[0].to(.float16).to(.float32) },
  "toFloat64AndBack": SeamOperation("ct_to_dtype") { try ($0[0].to(.float64) + 1e8 - 1e8).to(.float32) },
  "toInt32AndBack": SeamOperation("ct_to_dtype") { try $0[0].to(.int32).to(.float32) },
  "toInt64AndBack": SeamOperation("ct_to_dtype") { try $0[0].to(.int64).to(.float32) },
  "toUint8AndBack": SeamOperation("ct_to_dtype") { try $0[0].to(.uint8).to(.float32) },
  "toBytesOfFloat32": toBytes(of: .float32),
  "fromBytesOfFloat32": fromBytes(of: .float32),
  "fullFloat32": full(.float32),
  "toBytesOfFloat64": toBytes(of: .float64),
  "fromBytesOfFloat64": fromBytes(of: .float64),
  "fullFloat64": full(.float64),
  "toBytesOfBFloat16": toBytes(of: .bfloat16),
  "fromBytesOfBFloat16": fromBytes(of: .bfloat16),
  "fullBFloat16": full(.bfloat16),
  "toBytesOfFloat16": toBytes(of: .float16),
  "fromBytesOfFloat16": fromBytes(of: .float16),
  "fullFloat16": full(.float16),
  "toBytesOfInt32": toBytes(of: .int32),
  "fromBytesOfInt32": fromBytes(of: .int32),
  "fullInt32": full(.int32),
  "toBytesOfInt64": toBytes(of: .int64),
  "fromBytesOfInt64": fromBytes(of: .int64),
  "fullInt64": full(.int64),
  "toBytesOfUint8": toBytes(of: .uint8),
  "fromBytesOfUint8": fromBytes(of: .uint8),
  "fullUint8": full(.uint8),
  "accumulate": inPlace("ct_accumulate") { try $0[0].accumulate($0[1], scale: 0.5) },
  "scale": inPlace("ct_scale") { try $0[0].scale(by: 0.5) },
  "scaleByTensor": inPlace("ct_multiply") { try $0[0].scale(by: $0[1]) },
  "copyFrom": inPlace("ct_copy") { try $0[0].copy(from: $0[1]) },
  "fill": inPlace("ct_fill") { try $0[0].fill(0.25) },
  "accumulateProduct": inPlace("ct_addcmul") { try $0[0].accumulateProduct($0[1], $0[2], scale: -0.5) },
  "accumulateQuotient": inPlace("ct_addcdiv") { try $0[0].accumulateQuotient($0[1], $0[2], scale: -0.5) },
  "lerp": inPlace("ct_lerp") { try $0[0].lerp(to: $0[1], weight: 0.3) },
]

/// The seed of the random cases.
private let seed: UInt64 = 20_250_102

/// The result of a copy whose original is overwritten before the result is read.
private func overwritten(_ original: Tensor, _ copy: (Tensor) throws -> Tensor) throws -> Tensor {
  let result = try copy(original)
  try original.fill(9)
  return result
}

/// The bytes that the input's numbers take as an element type.
private func toBytes(of dtype: DType) -> SeamOperation {
  SeamOperation("ct_to_dtype", "ct_copy_bytes") { try bytes(of: $0[0].to(dtype)) }
}

/// The numbers of an element type that the input holds byte by byte.
private func fromBytes(of dtype: DType) -> SeamOperation {
  SeamOperation("ct_from_bytes", "ct_to_dtype") { inputs in
    let bytes = try inputs[0].floats().map { UInt8($0) }
    return try bytes.withUnsafeBytes { try Tensor(bytes: $0, dtype: dtype, shape: [bytes.count / dtype.size]) }
  }
}

/// The bytes of one number repeated.
private func full(_ dtype: DType) -> SeamOperation {
  SeamOperation("ct_full", "ct_copy_bytes") { _ in try bytes(of: Tensor.full(shape: [3], value: 7, dtype: dtype)) }
}

/// A tensor's bytes as numbers.
private func bytes(of tensor: Tensor) throws -> Tensor {
  let bytes = try tensor.bytes()
  return try Tensor(bytes.map { Float($0) }, shape: [bytes.count])
}

/// An operation that changes the first tensor, which is then the result.
private func inPlace(_ covered: String, _ change: @escaping @Sendable ([Tensor]) throws -> Void) -> SeamOperation {
  SeamOperation(covered) { tensors in
    try change(tensors)
    return tensors[0]
  }
}
