import Foundation
import Numerics
import Volumes

/// Shifts along one axis of the acquisition: what lies at p is seen at p + field(p) · direction.
struct Distortion: Sendable {
  /// Index of the acquisition grid's axis, and its direction in the world.
  let axis: Int
  let direction: SIMD3<Double>
  /// Largest shift, mm.
  let reach: Double
  private let waves: [(direction: SIMD3<Double>, phase: Double, height: Double)]
  private let dipoles: [(place: SIMD3<Double>, size: Double, height: Double)]

  /// Shift at a world position of the series, mm.
  @inline(__always) func callAsFunction(_ p: SIMD3<Double>) -> Double {
    var sum = 0.0
    for wave in waves { sum += wave.height * sin(wave.direction.dot(p) + wave.phase) }
    for dipole in dipoles {
      let d = p - dipole.place
      let r2 = d.dot(d) + dipole.size * dipole.size
      // The main field points along z.
      let shape = (3 * d.z * d.z - d.dot(d)) / r2
      sum += dipole.height * shape * pow(dipole.size * dipole.size / r2, 1.5)
    }
    return min(max(sum, -reach), reach)
  }

  /// Where what is seen at a point lies.
  func source(of seen: SIMD3<Double>) -> SIMD3<Double> {
    var shift = 0.0
    // The field is smooth enough for the iteration to contract.
    for _ in 0..<12 {
      let last = shift
      shift = self(seen - direction * shift)
      if abs(shift - last) < 1e-4 { break }
    }
    return seen - direction * shift
  }

  /// An uneven field of the body: long waves whose slopes stay below one half, so that nothing folds.
  init(strength: Double, axis: Int, of grid: Grid, generator g: inout Generator) {
    (self.axis, direction, dipoles) = (axis, grid.affine.directions[axis], [])
    waves = (0..<4).map { _ in
      let length = exp(g.uniform(log(30), log(120)))
      let way = SIMD3(g.normal(), g.normal(), g.normal()).normalized
      return (way * (2 * .pi / length), g.uniform(0, 2 * .pi), strength * g.uniform(0.2, 1) * length * 0.018)
    }
    reach = waves.reduce(0) { $0 + $1.height }
  }

  /// The field of implants.
  init(implants: [Implant], axis: Int, of grid: Grid) {
    (self.axis, direction, waves) = (axis, grid.affine.directions[axis], [])
    dipoles = implants.map { ($0.place, $0.size, $0.size * 0.4) }
    reach = dipoles.reduce(0) { $0 + $1.height }
  }
}

/// Metal in the spine: a void of signal and the shifts around it.
struct Implant: Sendable {
  /// World position during the series, and radius of the void, mm.
  var place: SIMD3<Double>
  var size: Double

  /// Screws behind or a plate in front of the cord.
  static func drawn(strength: Double, cord: Tube, acquisition: Acquisition, generator g: inout Generator) -> [Implant] {
    guard strength > 0 else { return [] }
    let place = g.uniform(40, 150)
    let behind = g.chance(0.5)
    return (0..<Int(g.uniform(1, 4))).map { index in
      let section = cord.section(at: place + 17 * Double(index))
      let side = g.chance(0.5) ? 1.0 : -1
      let away = section.right * (behind ? side * g.uniform(14, 22) : g.normal(0, 4))
      let point = section.center + away + section.front * (behind ? g.uniform(-16, -6) : g.uniform(16, 24))
      return Implant(place: acquisition.motion.seriesFromPerson(point), size: (3 + 7 * strength) * g.uniform(0.7, 1.2))
    }
  }

  /// Share of the signal left at a point.
  @inline(__always) func signal(at p: SIMD3<Float>) -> Float {
    let d = p - SIMD3<Float>(place)
    let q = (d * d).sum() / Float(size * size)
    return expf(-expf(3 * (1 - q)) * 3)
  }
}

/// All that the uneven field does in one acquisition.
struct UnevenField: Sendable {
  var distortions: [Distortion] = []
  var implants: [Implant] = []
  private var losses: [(direction: SIMD3<Float>, phase: Float)] = []
  private var loss: Float = 0

  init(_ acquisition: Acquisition, cord: Tube) {
    var generator = Generator(seed: acquisition.seed, stream: Acquisition.Stream.distortion)
    let artefacts = acquisition.artefacts
    if artefacts.distortion > 0 {
      distortions.append(Distortion(strength: artefacts.distortion, axis: 1, of: acquisition.grid, generator: &generator))
    }
    implants = Implant.drawn(strength: artefacts.metal, cord: cord, acquisition: acquisition, generator: &generator)
    if !implants.isEmpty { distortions.append(Distortion(implants: implants, axis: 0, of: acquisition.grid)) }
    loss = Float(artefacts.dropOut)
    losses = (0..<(loss > 0 ? 3 : 0)).map { _ in
      let way = SIMD3(generator.normal(0, 0.5), generator.normal(0, 0.7), generator.normal()).normalized
      return (SIMD3<Float>(way * (2 * .pi / generator.uniform(25, 70))), Float(generator.uniform(0, 2 * .pi)))
    }
  }

  /// Share of the signal left at a world position of the series.
  @inline(__always) func signal(at p: SIMD3<Float>) -> Float {
    var share: Float = 1
    if loss > 0 {
      let wave = losses.reduce(Float(0)) { $0 + sinf(($1.direction * p).sum() + $1.phase) }
      share = expf(-loss * 1.6 * max(0, wave - 0.6))
    }
    for implant in implants { share *= implant.signal(at: p) }
    return share
  }

  /// Whether any signal is lost.
  var loses: Bool { loss > 0 || !implants.isEmpty }

  /// The acquisition's grid with finer voxels and a margin along the axes that are distorted.
  func work(_ grid: Grid) -> Grid {
    var (parts, margins) = (SIMD3(1, 1, 1), SIMD3(0, 0, 0))
    for distortion in distortions {
      parts[distortion.axis] = Self.parts
      margins[distortion.axis] = Int((distortion.reach / grid.spacing[distortion.axis]).rounded(.up)) + 1
    }
    return grid.box(lower: SIMD3(repeating: 0) &- margins, shape: grid.shape &+ 2 &* margins).divided(into: parts)
  }

  /// Parts of a voxel that move on their own.
  static let parts = 3

  /// Moves everything where it is seen.
  ///
  /// - Parameters:
  ///   - image: Signal per voxel of the ``work(_:)`` grid: it is conserved, so it piles up where space shrinks.
  ///   - occupancies: Fractions: they stay fractions.
  func apply(to image: inout Volume, occupancies: inout [[Float]], grid: Grid) {
    for distortion in distortions.reversed() {
      let work = image.grid
      let axis = distortion.axis
      // The margin of this axis goes; those of the others stay for now.
      let margin = (work.shape[axis] / Self.parts - grid.shape[axis]) / 2
      let shift = Shift(distortion, work: work, size: grid.shape[axis], margin: margin)
      let voxels = shift.apply(image.voxels, conserving: true)
      occupancies = occupancies.map { shift.apply($0, conserving: false) }
      image = Volume(voxels: voxels, grid: shift.grid)
    }
  }
}

/// A distortion along the lines of a grid: each fine cell lands on an interval of the coarse line.
private struct Shift {
  let work: Grid
  let axis, size: Int
  let grid: Grid
  /// Where the borders of the cells land, in voxels of the new line, from its first border; line after line.
  private let borders: [Float]

  init(_ distortion: Distortion, work: Grid, size: Int, margin: Int) {
    (self.work, axis, self.size) = (work, distortion.axis, size)
    var shape = work.shape
    shape[axis] = size
    let parts = UnevenField.parts
    var (columns, lower) = ([work.affine.x, work.affine.y, work.affine.z], SIMD3<Double>.zero)
    // Center of the first new voxel in indices of the work grid.
    lower[axis] = Double(margin * parts) + Double(parts - 1) / 2
    columns[axis] *= Double(parts)
    grid = Grid(shape: shape, affine: Affine(x: columns[0], y: columns[1], z: columns[2], origin: work.affine(lower)))
    let (lines, cells) = (work.count / work.shape[axis], work.shape[axis])
    let spacing = columns[axis].length
    let others = [0, 1, 2].filter { $0 != distortion.axis }
    var borders = [Float](repeating: 0, count: lines * (cells + 1))
    let along = distortion.axis
    parallelFor(parts: work.shape[others[0]] * (cells + 1), of: &borders) { b, out in
      for a in 0..<work.shape[others[0]] {
        var last = -Float.infinity
        for cell in 0...cells {
          var index = SIMD3<Double>.zero
          index[others[0]] = Double(a)
          index[others[1]] = Double(b)
          index[along] = Double(cell) - 0.5
          let place = Double(cell) / Double(parts) - Double(margin) + distortion(work.world(index)) / spacing
          // Nothing folds: space shrinks to a tenth at most.
          last = max(Float(place), last + 0.1 / Float(parts))
          out[a * (cells + 1) + cell] = last
        }
      }
    }
    self.borders = borders
  }

  func apply(_ source: [Float], conserving: Bool) -> [Float] {
    let others = [0, 1, 2].filter { $0 != axis }
    let strides = [1, work.shape.x, work.shape.x * work.shape.y]
    let newStrides = [1, grid.shape.x, grid.shape.x * grid.shape.y]
    let cells = work.shape[axis]
    var result = [Float](repeating: 0, count: grid.count)
    for b in 0..<work.shape[others[1]] {
      for a in 0..<work.shape[others[0]] {
        let line = (a + work.shape[others[0]] * b) * (cells + 1)
        let (from, to) = (
          a * strides[others[0]] + b * strides[others[1]], a * newStrides[others[0]] + b * newStrides[others[1]]
        )
        for cell in 0..<cells {
          let (low, high) = (borders[line + cell], borders[line + cell + 1])
          if high <= 0 || low >= Float(size) { continue }
          let value = source[from + cell * strides[axis]] * (conserving ? 1 / (Float(UnevenField.parts) * (high - low)) : 1)
          if value == 0 { continue }
          let (first, last) = (max(0, Int(low.rounded(.down))), min(size - 1, Int(high.rounded(.down))))
          if first > last { continue }
          for voxel in first...last {
            let share = min(high, Float(voxel + 1)) - max(low, Float(voxel))
            if share > 0 { result[to + voxel * newStrides[axis]] += value * share }
          }
        }
      }
    }
    return conserving ? result : result.map { min($0, 1) }
  }
}
