/// What a voxel outside the field of view reads as.
public enum Outside: Sendable {
  case value(Float)
  /// The nearest voxel inside.
  case nearest
}

extension Volume {
  /// The image seen on another grid, by trilinear interpolation between voxel centers.
  ///
  /// Where the target's voxels are larger than the source's, each target value is the mean over sub-samples of its voxel, so
  /// that nothing is skipped and soft masks keep their volume.
  ///
  /// - Parameters:
  ///   - target: Any grid: other spacing, orientation, obliqueness or field of view.
  ///   - outside: What lies beyond the outermost voxel *edges*. Within half a voxel of the outermost centers the nearest
  ///     value is kept, so an image does not lose its rim.
  public func resampled(onto target: Grid, outside: Outside = .value(0)) -> Volume {
    if target == grid { return self }
    if let result = resampledAlongAxes(onto: target, outside: outside) { return result }
    let toSource = grid.affine.inverse.after(target.affine)
    // One sub-sample per source voxel along each target axis that strides over more than one.
    let strides = [toSource.x, toSource.y, toSource.z].map { max(abs($0.x), abs($0.y), abs($0.z)) }
    let samples = strides.map(Self.samples)
    let total = samples[0] * samples[1] * samples[2]
    var shifts: [SIMD3<Double>] = []
    for c in 0..<samples[2] {
      for b in 0..<samples[1] {
        for a in 0..<samples[0] {
          let fraction = SIMD3(
            (Double(a) + 0.5) / Double(samples[0]) - 0.5, (Double(b) + 0.5) / Double(samples[1]) - 0.5,
            (Double(c) + 0.5) / Double(samples[2]) - 0.5)
          shifts.append(toSource.linear(fraction))
        }
      }
    }
    let shape = target.shape
    let weight = 1 / Float(total)
    let result = [Float](unsafeUninitializedCapacity: target.count) { out, count in
      voxels.withUnsafeBufferPointer { source in
        let sampler = TrilinearSampler(source: source, shape: grid.shape, outside: outside)
        for z in 0..<shape.z {
          for y in 0..<shape.y {
            let row = toSource(SIMD3(0, Double(y), Double(z)))
            for x in 0..<shape.x {
              let center = row + toSource.x * Double(x)
              var sum: Float = 0
              for shift in shifts { sum += sampler(center + shift) }
              out[count] = sum * weight
              count += 1
            }
          }
        }
      }
    }
    return Volume(voxels: result, grid: target)
  }

  /// Places along an axis that the mean over a target voxel is taken over, for a target voxel that strides over some source voxels.
  static func samples(stride: Double) -> Int {
    // Sixteen an axis are plenty for a mean, and bound the work for target voxels of any size.
    max(1, Int(min(stride - 1e-3, 16).rounded(.up)))
  }

  /// The value at one voxel position (centers at whole numbers), by trilinear interpolation.
  public func interpolated(at index: SIMD3<Double>, outside: Outside = .value(0)) -> Float {
    voxels.withUnsafeBufferPointer { TrilinearSampler(source: $0, shape: grid.shape, outside: outside)(index) }
  }
}

/// Trilinear reading of a buffer at fractional voxel positions.
struct TrilinearSampler {
  let source: UnsafeBufferPointer<Float>
  let shape: SIMD3<Int>
  let (strideY, strideZ): (Int, Int)
  let last: SIMD3<Double>
  /// `nil` extends the rim without end.
  let fill: Float?

  init(source: UnsafeBufferPointer<Float>, shape: SIMD3<Int>, outside: Outside) {
    (self.source, self.shape) = (source, shape)
    (strideY, strideZ) = (shape.x, shape.x * shape.y)
    last = SIMD3<Double>(shape) - 1
    fill = if case .value(let value) = outside { value } else { nil }
  }

  @inline(__always) func callAsFunction(_ position: SIMD3<Double>) -> Float {
    if let fill {
      let beyond = (position .< -0.5) .| (position .> last + 0.5)
      if any(beyond) { return fill }
    }
    let p = position.clamped(lowerBound: .zero, upperBound: last)
    let floor = p.rounded(.down)
    let (x, y, z) = (Int(floor.x), Int(floor.y), Int(floor.z))
    let f = SIMD3<Float>(p - floor)
    let dx = x + 1 < shape.x ? 1 : 0
    let dy = y + 1 < shape.y ? strideY : 0
    let dz = z + 1 < shape.z ? strideZ : 0
    let o = x + y * strideY + z * strideZ
    let a = source[o] + f.x * (source[o + dx] - source[o])
    let b = source[o + dy] + f.x * (source[o + dy + dx] - source[o + dy])
    let c = source[o + dz] + f.x * (source[o + dz + dx] - source[o + dz])
    let d = source[o + dz + dy] + f.x * (source[o + dz + dy + dx] - source[o + dz + dy])
    let low = a + f.y * (b - a)
    let high = c + f.y * (d - c)
    return low + f.z * (high - low)
  }
}
