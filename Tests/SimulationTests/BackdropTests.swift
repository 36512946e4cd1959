import Foundation
import Testing
import Volumes

@testable import Simulation

/// A cord that leans to the right and forward, in a body whose four sides differ: 1 right, 2 left, 3 front, 4 back; the cord is 5, the CSF 6.
private func labels(_ value: (Int) -> Float = { Float($0) }) -> (map: Volume, cord: Volume) {
  let grid = Grid(shape: [90, 80, 60], affine: Affine(spacing: [1.1, 1.2, 1.5], origin: [-50, -60, 200]))
  var (map, cord) = (Volume(repeating: 0, grid: grid), Volume(repeating: 0, grid: grid))
  for z in 0..<60 {
    for y in 0..<80 {
      for x in 0..<90 {
        let point = grid.world(SIMD3(Double(x), Double(y), Double(z)))
        let (u, v) = (point.x - 0.1 * (point.z - 245), point.y + 10 - 0.2 * (point.z - 245))
        let radius = (u * u + v * v).squareRoot()
        if radius < 4.5 { cord[x, y, z] = 1 }
        map[x, y, z] = value(radius < 4.5 ? 5 : radius < 9 ? 6 : abs(u) > abs(v) ? (u > 0 ? 1 : 2) : v > 0 ? 3 : 4)
      }
    }
  }
  return (map, cord)
}

@Test("A label map is laid around a cord side for side, and nobody else's cord or CSF is left in it")
func backdropOfLabels() throws {
  let (map, cord) = labels()
  let backdrop = try Backdrop(labels: map, cord: cord, name: "map")
  var (mirrored, outside) = (0, 0)
  for person in 0..<20 {
    let placed = Backdrop.Placed(backdrop, person: UInt64(person))
    func label(_ s: Float, _ u: Float, _ v: Float) -> Int {
      placed.tissue(at: .init(s: s, u: u, v: v, station: 0)) - Tissue.allCases.count + 1
    }
    if label(50, 20, 0) == 2 { mirrored += 1 }
    let (right, left) = label(50, 20, 0) == 2 ? (2, 1) : (1, 2)
    for s in [-80 as Float, 0, 63, 180, 300] {
      for distance in [2.5 as Float, 6, 8, 14, 25] {
        #expect(label(s, distance, 0) == right && label(s, -distance, 0) == left)
        // Where the map ends, a plane across the leaning cord leaves it: there is air.
        let (front, back) = (label(s, 0, distance), label(s, 0, -distance))
        #expect((front == 3 || front <= 0) && (back == 4 || back <= 0))
        outside += front <= 0 || back <= 0 ? 1 : 0
      }
    }
    // Outside of its field of view there is air.
    #expect(placed.tissue(at: .init(s: 50, u: 300, v: 0, station: 0)) == Tissue.air.rawValue)
  }
  #expect((4...16).contains(mirrored) && outside < 50)
}

@Test("A scan's classes look as they did in its own contrast; cord, canal and truth stay as they are")
func backdropOfAScan() throws {
  let shades: [Float] = [0, 300, 300, 900, 150, 600, 2000]
  let (scan, mask) = labels { shades[$0] }
  let backdrop = try Backdrop(scan: scan, cord: mask, name: "scan_T2w", contrast: .t2w)
  #expect(backdrop.signals.count == Backdrop.clusters && backdrop.signals == backdrop.signals.sorted())
  let neck = Neck(straight: 5)
  let grid = Grid(shape: [40, 40, 4], affine: Affine(spacing: [1, 1, 3], origin: neck.discPosition(5) - [20, 20, 6]))
  for contrast in [Contrast.t2w, .t1w, .random] {
    let acquisition = Acquisition(
      contrast: contrast, grid: grid, signalToNoise: 1000, coil: 0, blur: .zero, variation: 0, seed: 8)
    let (plain, laid) = (acquire(neck, acquisition), acquire(neck, acquisition, backdrop: backdrop))
    #expect(laid.cord.voxels == plain.cord.voxels && laid.canal.voxels == plain.canal.voxels)
    #expect(laid.image.voxels != plain.image.voxels && laid.image.voxels.allSatisfy { $0.isFinite && $0 >= 0 })
    for i in grid.count / 2..<grid.count where plain.canal.voxels[i] == 1 {
      #expect(abs(laid.image.voxels[i] - plain.image.voxels[i]) < 0.05)
    }
    guard contrast == .t2w else { continue }
    // In front 900 over 600, behind 150 over 600; classes vary by a tenth.
    func mean(_ rows: Range<Int>) -> Float {
      let voxels = rows.map { laid.image[20, $0, 2] }
      return voxels.reduce(0, +) / Float(voxels.count)
    }
    #expect((1.1...1.9).contains(mean(34..<39)), "\(mean(34..<39))")
    #expect((0.15...0.4).contains(mean(1..<6)), "\(mean(1..<6))")
  }
}

@Test("What cannot be a backdrop is refused")
func backdropRefusals() {
  let (map, cord) = labels()
  #expect(throws: BackdropError.shortCord(name: "m", found: 0)) {
    _ = try Backdrop(labels: map, cord: cord.map { _ in 0 }, name: "m")
  }
  #expect(throws: BackdropError.noContrast(name: "m")) { _ = try Backdrop(scan: map.map { _ in 7 }, cord: cord, name: "m") }
  #expect(throws: BackdropError.noLabels(name: "m", found: 1)) { _ = try Backdrop(labels: map.map { _ in 7 }, cord: cord, name: "m") }
}
