import Foundation
import Testing
import Volumes

/// Numbers of nibabel and SciPy (tools/golden/volumes.py).
enum Golden {
  struct Letters: Decodable, Sendable {
    let affine: [[Double]]
    let towards, sct: String
  }

  struct Rotated: Decodable, Sendable {
    let shape: [Int]
    let affine: [[Double]]
    let voxels: [Float]
    let targetShape: [Int]
    let targetAffine: [[Double]]
    let nearest, zero: [Float]
  }

  static func load<Value: Decodable>(_ name: String) throws -> Value {
    let file = Bundle.module.resourceURL!.appendingPathComponent("Golden").appendingPathComponent(name)
    return try JSONDecoder().decode(Value.self, from: Data(contentsOf: file))
  }
}

extension Affine {
  init(rows: [[Double]]) {
    func column(_ i: Int) -> SIMD3<Double> { [rows[0][i], rows[1][i], rows[2][i]] }
    self.init(x: column(0), y: column(1), z: column(2), origin: column(3))
  }

  /// Axes turned about all three world axes.
  static func turned(_ angles: SIMD3<Double>, spacing: SIMD3<Double>, origin: SIMD3<Double> = .zero) -> Affine {
    let (a, b, c) = (angles.x, angles.y, angles.z)
    let x = Affine(x: [1, 0, 0], y: [0, cos(a), sin(a)], z: [0, -sin(a), cos(a)], origin: .zero)
    let y = Affine(x: [cos(b), 0, -sin(b)], y: [0, 1, 0], z: [sin(b), 0, cos(b)], origin: .zero)
    let z = Affine(x: [cos(c), sin(c), 0], y: [-sin(c), cos(c), 0], z: [0, 0, 1], origin: .zero)
    let turn = x.after(y).after(z).after(Affine(spacing: spacing))
    return Affine(x: turn.x, y: turn.y, z: turn.z, origin: origin)
  }

  static let oblique = Affine.turned([0.3, -0.2, 0.5], spacing: [0.8, 1.1, 3], origin: [-20, 35, 7])
}

extension Volume {
  /// Values given by world position.
  init(on grid: Grid, _ value: (SIMD3<Double>) -> Double) {
    var volume = Volume(repeating: 0, grid: grid)
    for z in 0..<grid.shape.z {
      for y in 0..<grid.shape.y {
        for x in 0..<grid.shape.x { volume[x, y, z] = Float(value(grid.world([Double(x), Double(y), Double(z)]))) }
      }
    }
    self = volume
  }

  /// Sum of values times the voxel volume, mm³.
  var integral: Double { voxels.reduce(0) { $0 + Double($1) } * grid.voxelVolume }
}

/// All 48 orientations.
let orientations: [Orientation] = ["RAS", "RSA", "ARS", "ASR", "SRA", "SAR"].flatMap { letters in
  (0..<8).map { flips in
    let opposite: [Character: Character] = ["R": "L", "A": "P", "S": "I"]
    return Orientation(towards: String(letters.enumerated().map { flips >> $0 & 1 == 1 ? opposite[$1]! : $1 }))!
  }
}
