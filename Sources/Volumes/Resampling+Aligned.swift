// Between grids whose axes run along each other, whatever their order, direction and spacing, resampling is done one axis after the other:
// a few weights an axis instead of their product for each voxel.
extension Volume {
  /// Amounts brought to other voxels: each target value is the mean over its voxel of what has this volume's means over this one's voxels.
  ///
  /// Unlike interpolation between centers it blurs little and keeps the sum; at sharp edges it over- and undershoots by up to a tenth.
  ///
  /// - Parameter target: A grid whose axes run along this one's; for any other the values are interpolated.
  public func redistributed(onto target: Grid) -> Volume {
    if target == grid { return self }
    let axes = axes(along: target) { size, origin, step, count in
      AxisWeights(redistributing: size, from: origin, step: step, count: count)
    }
    guard let axes else { return resampled(onto: target) }
    return combined(onto: target, axes, outside: 0)
  }

  /// As ``resampled(onto:outside:)``; `nil` where the axes do not run along each other.
  func resampledAlongAxes(onto target: Grid, outside: Outside) -> Volume? {
    let fill: Float? = if case .value(let value) = outside { value } else { nil }
    let axes = axes(along: target) { size, origin, step, count in
      AxisWeights(
        interpolating: size, from: origin, step: step, count: count, samples: Self.samples(stride: abs(step)), extended: fill == nil)
    }
    return axes.map { combined(onto: target, $0, outside: fill ?? 0) }
  }

  /// For each axis of a target, the axis of this volume that runs along it, and the weights made for the two.
  private func axes(along target: Grid, _ weights: (Int, Double, Double, Int) -> AxisWeights) -> [(source: Int, weights: AxisWeights)]? {
    let toSource = grid.affine.inverse.after(target.affine)
    let columns = [toSource.x, toSource.y, toSource.z]
    // Over the whole target, what the other axes add must not matter.
    let tolerance = 1e-6
    let along = columns.map { column in (0..<3).max { abs(column[$0]) < abs(column[$1]) }! }
    guard Set(along).count == 3 else { return nil }
    for axis in 0..<3 {
      for other in 0..<3 where other != along[axis] && abs(columns[axis][other]) * Double(target.shape[axis]) > tolerance { return nil }
    }
    return (0..<3).map { axis in
      let source = along[axis]
      return (source, weights(grid.shape[source], toSource.origin[source], columns[axis][source], target.shape[axis]))
    }
  }

  /// Weighted sums along each axis.
  ///
  /// - Parameters:
  ///   - axes: For each axis of the target, the axis of this volume and its weights.
  ///   - outside: What lies where the weights are 0.
  private func combined(onto target: Grid, _ axes: [(source: Int, weights: AxisWeights)], outside: Float) -> Volume {
    guard axes.allSatisfy({ !$0.weights.targets.isEmpty }) else { return Volume(repeating: outside, grid: target) }
    let weights = (0..<3).map { source in axes.first { $0.source == source }!.weights }
    // The axis that leaves the fewest voxels comes first.
    let order = (0..<3).sorted {
      weights[$0].targets.count * weights[$1].sources.count < weights[$1].targets.count * weights[$0].sources.count
    }
    var (values, size) = (voxels, grid.shape)
    for (turn, axis) in order.enumerated() {
      // The first pass reads the whole volume, but of the other axes only what they will ask for; later ones read what it left.
      var (start, shape) = (SIMD3<Int>.zero, size)
      for other in 0..<3 where turn == 0 && other != axis {
        (start[other], shape[other]) = (weights[other].sources.lowerBound, weights[other].sources.count)
      }
      start[axis] = turn == 0 ? 0 : -weights[axis].sources.lowerBound
      shape[axis] = weights[axis].targets.count
      values = Self.weighted(values, size, from: start, shape: shape, axis, weights[axis])
      size = shape
    }
    return Self.placed(values, size, axes, in: target, outside: outside)
  }

  /// Weighted sums along one axis.
  ///
  /// - Parameters:
  ///   - size: The input's voxels along each axis.
  ///   - start: The input's voxel behind the output's first, along the axis that of source voxel 0.
  ///   - shape: The output's voxels along each axis.
  private static func weighted(
    _ input: [Float], _ size: SIMD3<Int>, from start: SIMD3<Int>, shape: SIMD3<Int>, _ axis: Int, _ axisWeights: AxisWeights
  ) -> [Float] {
    let (width, lowest) = (axisWeights.width, axisWeights.targets.lowerBound)
    let count = shape.x * shape.y * shape.z
    return [Float](unsafeUninitializedCapacity: count) { output, filled in
      input.withUnsafeBufferPointer { input in
        axisWeights.weights.withUnsafeBufferPointer { weights in
          for z in 0..<shape.z {
            for y in 0..<shape.y {
              let row = UnsafeMutableBufferPointer(rebasing: output[shape.x * (y + shape.y * z)..<shape.x * (y + 1 + shape.y * z)])
              func source(_ y: Int, _ z: Int) -> Int { start.x + size.x * (start.y + y + size.y * (start.z + z)) }
              guard axis > 0 else {
                let base = source(y, z)
                for x in 0..<shape.x {
                  let (from, weight) = (base + axisWeights.first[lowest + x], (lowest + x) * width)
                  var sum: Float = 0
                  for k in 0..<width { sum += weights[weight + k] * input[from + k] }
                  row[x] = sum
                }
                continue
              }
              let target = lowest + (axis == 1 ? y : z)
              row.update(repeating: 0)
              for k in 0..<width {
                let weight = weights[target * width + k]
                guard weight != 0 else { continue }
                let voxel = axisWeights.first[target] + k
                let from = axis == 1 ? source(voxel, z) : source(y, voxel)
                for x in 0..<shape.x { row[x] += weight * input[from + x] }
              }
            }
          }
        }
      }
      filled = count
    }
  }

  /// Values in the order of this volume's axes, put where they belong in the target.
  private static func placed(
    _ values: [Float], _ size: SIMD3<Int>, _ axes: [(source: Int, weights: AxisWeights)], in target: Grid, outside: Float
  ) -> Volume {
    let steps = [1, size.x, size.x * size.y]
    let (x, y, z) = (axes[0], axes[1], axes[2])
    var result = Volume(repeating: outside, grid: target)
    result.voxels.withUnsafeMutableBufferPointer { result in
      values.withUnsafeBufferPointer { values in
        for (c, k) in z.weights.targets.enumerated() {
          for (b, j) in y.weights.targets.enumerated() {
            let (from, to) = (b * steps[y.source] + c * steps[z.source], target.offset(0, j, k))
            let outer = y.weights.sums[j] * z.weights.sums[k]
            for (a, i) in x.weights.targets.enumerated() {
              result[to + i] = values[from + a * steps[x.source]] + outside * (1 - outer * x.weights.sums[i])
            }
          }
        }
      }
    }
    return result
  }
}
