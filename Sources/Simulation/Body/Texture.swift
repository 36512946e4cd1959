import Numerics

/// Smooth noise that repeats every 32 lattice cells: about ±1, mean 0, SD about 0.35 between nodes.
struct Texture: Sendable {
  static let size = 32
  private let values: [Float]

  init(generator g: inout Generator) {
    values = (0..<Self.size * Self.size * Self.size).map { _ in Float(g.uniform(-1, 1)) }
  }

  /// Runs a block with fast access to the noise.
  func withSampler<Result>(_ body: (Sampler) -> Result) -> Result {
    values.withUnsafeBufferPointer { body(Sampler(values: $0)) }
  }

  /// Trilinear reading of the noise.
  struct Sampler {
    let values: UnsafeBufferPointer<Float>

    /// The noise at lattice coordinates.
    @inline(__always) func callAsFunction(_ x: Float, _ y: Float, _ z: Float) -> Float {
      let (fx, fy, fz) = (x.rounded(.down), y.rounded(.down), z.rounded(.down))
      let (tx, ty, tz) = (x - fx, y - fy, z - fz)
      let mask = Texture.size - 1
      let (x0, y0, z0) = (Int(fx) & mask, (Int(fy) & mask) * 32, (Int(fz) & mask) * 1024)
      let (x1, y1, z1) = ((x0 + 1) & mask, (y0 + 32) & 1023, (z0 + 1024) & 32767)
      let a = values[x0 + y0 + z0] * (1 - tx) + values[x1 + y0 + z0] * tx
      let b = values[x0 + y1 + z0] * (1 - tx) + values[x1 + y1 + z0] * tx
      let c = values[x0 + y0 + z1] * (1 - tx) + values[x1 + y0 + z1] * tx
      let d = values[x0 + y1 + z1] * (1 - tx) + values[x1 + y1 + z1] * tx
      return (a * (1 - ty) + b * ty) * (1 - tz) + (c * (1 - ty) + d * ty) * tz
    }
  }
}
