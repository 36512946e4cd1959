import Foundation
import Numerics
import Testing
import Volumes

@testable import Simulation

@Test("The truth of a straight neck is its ellipse, slice by slice")
func straightNeck() {
  let neck = Neck(straight: 1)
  let area = Double.pi / 4 * 7.6 * 12
  // From C3 down nothing is left of the medulla's widening.
  for level in 3...8 { #expect(abs(neck.trueArea(level: level) - area) < 1e-6) }
  let middle = neck.discPosition(5)
  let grid = Grid(shape: [24, 20, 6], affine: Affine(spacing: [1, 1, 5], origin: middle - [12, 10, 15]))
  let scan = acquire(neck, Acquisition(contrast: .t2w, grid: grid, seed: 1))
  for z in 0..<6 {
    let sum = scan.cord.voxels[z * 480..<(z + 1) * 480].reduce(0) { $0 + Double($1) }
    // The plane approximation of the surface.
    #expect(abs(sum / area - 1) < 1e-3)
    let canal = scan.canal.voxels[z * 480..<(z + 1) * 480].reduce(0) { $0 + Double($1) }
    #expect(canal > sum)
  }
}

@Test("Levels follow each other downwards, and the truth is the mean over the sections")
func levels() {
  var generator = Generator(seed: 3)
  let neck = Neck(generator: &generator, pathology: .compression)
  for level in Neck.levels {
    #expect(neck.discPosition(level).z > neck.discPosition(level + 1).z)
    #expect(neck.extent(ofLevel: level).upperBound == neck.discs[level])
  }
  #expect(Neck.name(ofLevel: 8) == "T1")
  let tube = neck.cord
  let places = stride(from: neck.discs[2] + 0.005, to: neck.discs[3], by: 0.01)
  let mean = places.map { tube.section(at: $0).area }.reduce(0, +) / Double(Array(places).count)
  // Two sums of the same piecewise quadratic.
  let areaError: Double = neck.trueArea(level: 3) / mean - 1
  #expect(abs(areaError) < 1e-4)
  let diameters = neck.trueDiameters(level: 3)
  let ellipse: Double = diameters.ap * diameters.rl * Double.pi / 4
  let ellipseError: Double = ellipse / mean - 1
  #expect(abs(ellipseError) < 0.01)
  let line = neck.centerline()
  #expect((1..<line.count).allSatisfy { abs((line[$0] - line[$0 - 1]).length - 1) < 1e-3 })
}

@Test("A neck survives being written and read")
func codable() throws {
  var generator = Generator(seed: 8)
  let neck = Neck(generator: &generator)
  let copy = try JSONDecoder().decode(Neck.self, from: JSONEncoder().encode(neck))
  #expect(copy.trueArea(level: 4) == neck.trueArea(level: 4))
}

@Test("Random numbers repeat, and streams differ")
func generator() {
  var (a, b, c) = (Generator(seed: 1), Generator(seed: 1), Generator(seed: 1, stream: 2))
  #expect(a.next() == b.next())
  #expect(a.next() != c.next())
  let numbers = (0..<2000).map { _ in a.normal() }
  // Four standard errors.
  #expect(abs(numbers.reduce(0, +) / 2000) < 0.09)
}
