import Foundation
import Numerics
import Testing
import Volumes

@testable import Simulation

private let volumeTolerance = 1e-3

/// A dented, squared and lopsided outline.
private var odd: Outline {
  var outline = Outline.ellipse
  outline.press(0.2, depth: 0.35)
  outline.cosines[4] += 0.03
  outline.sines[3] += 0.03
  return outline
}

@Test("Area, center and diameters of an outline are those of its points")
func outlineMoments() {
  let outline = odd
  let section = Tube.Section(
    center: .zero, direction: [0, 0, -1], right: [1, 0, 0], front: [0, 1, 0], halfRL: 6, halfAP: 4, outline: outline)
  let step = 0.04
  var (count, sum, squares) = (0.0, SIMD2<Double>.zero, SIMD2<Double>.zero)
  for x in stride(from: -9.0, through: 9, by: step) {
    for y in stride(from: -7.0, through: 7, by: step * 2) where section.radius(x, y) <= 1 {
      count += 1
      sum += [x, y]
      squares += [x * x, y * y]
    }
  }
  #expect(abs(count * step * step * 2 / section.area - 1) < 1e-3)
  let center = sum / count
  let variance = squares / count - center * center
  let moments = outline.moments
  // The raster.
  #expect(abs(center.x - 6 * moments.center.x) < 0.01 && abs(center.y - 4 * moments.center.y) < 0.01)
  #expect(abs(4 * variance.x.squareRoot() - section.diameters.rl) < 0.01)
  #expect(abs(4 * variance.y.squareRoot() - section.diameters.ap) < 0.01)
  #expect(Outline.ellipse.moments.diameters == [2, 2] && Outline.ellipse.area == 1)
}

@Test("Occupancy of dented sections is exact", arguments: [SIMD3(1.0, 1, 1), [0.5, 0.5, 5], [0.8, 0.8, 0.8]])
func dentedOccupancy(spacing: SIMD3<Double>) {
  let down = SIMD3(0, -sin(0.2), -cos(0.2))
  let (right, front) = Neck.frame(along: down, turn: 0.2)
  // The dent deepens downwards, the tube tapers.
  let tube = Tube(start: -30, end: 30) { s in
    Tube.Section(
      center: [0.13, 0.21, 0.17] + down * s, direction: down, right: right, front: front, halfRL: 6 + 0.02 * s, halfAP: 3.8,
      outline: Outline.ellipse + (odd - .ellipse) * ((s + 30) / 40))
  }
  let shape = SIMD3<Int>(20 / spacing)
  let grid = Grid(
    shape: [shape.x, shape.y, Int(30 / spacing.z)],
    affine: Affine(spacing: spacing, origin: SIMD3(-10, -10, -15) + spacing / 2))
  let volumes = [-8.0, 8].map { tube.occupancy(on: grid, below: $0).below.reduce(0) { $0 + Double($1) } * grid.voxelVolume }
  #expect(abs((volumes[0] - volumes[1]) / tube.volume(from: -8, to: 8) - 1) < volumeTolerance)
}

@Test("A narrowing takes the asked share of the cord's diameter, and no cord leaves its canal", arguments: [0.0, 0.5, 1])
func narrowing(dent: Double) {
  var generator = Generator(seed: 4)
  var neck = Neck(generator: &generator)
  let healthy = neck.cord
  neck.narrow(Neck.Narrowing(place: neck.discs[4], length: 6, cord: 0.4, fluid: 0, dent: dent))
  let (cord, canal) = (neck.cord, neck.canal)
  let extent = { (tube: Tube) -> Double in
    let section = tube.section(at: neck.discs[4])
    return section.edge(0).y - section.edge(.pi).y
  }
  // A dent's truncated series is felt a little on the other side.
  #expect(abs(extent(cord) / extent(healthy) - 0.6) < 0.02)
  for (section, around) in zip(cord.sections, canal.sections) { #expect(around.tightness(around: section) < 1.03) }
  // Far away nothing changed.
  #expect(abs(neck.trueArea(level: 8) / neck.healthy.trueArea(level: 8) - 1) < 1e-9)
  #expect(neck.trueArea(level: 5) < 0.97 * neck.healthy.trueArea(level: 5))
}

@Test("Atrophy takes the asked share of the area")
func atrophy() {
  var generator = Generator(seed: 4)
  var neck = Neck(generator: &generator)
  neck.thin(byPercent: 20)
  for level in 1...8 { #expect(abs(neck.trueArea(level: level) / neck.healthy.trueArea(level: level) - 0.8) < 1e-3) }
  var focal = neck.healthy
  focal.thin(byPercent: 30, focus: (place: 60, length: 20))
  #expect(abs(focal.cord.section(at: 60).area / neck.healthy.cord.section(at: 60).area - 0.7) < 1e-9)
}

@Test("A lesion's mask has the lesion's volume and lies within the cord")
func lesionMask() {
  var neck = Neck(straight: 3)
  let place = (neck.discs[4] + neck.discs[5]) / 2
  neck.add(Neck.Lesion(place: place, right: 0, front: 0, halves: [2, 1.5, 4], water: 1))
  let center = neck.cord.section(at: place).center
  let grid = Grid(shape: [17, 13, 12], affine: Affine(spacing: .one, origin: center - [8, 6, 5.5]))
  let mask = neck.lesionOccupancy(on: grid)
  let volume = mask.voxels.reduce(0) { $0 + Double($1) }
  // Sampled at quarter millimeters.
  #expect(abs(volume / (4 / 3 * .pi * 2 * 1.5 * 4) - 1) < 0.02)
  let cord = neck.cord.occupancy(on: grid, below: Neck.top).below
  #expect(zip(mask.voxels, cord).allSatisfy { $0 <= $1 })
  #expect(neck.healthy.lesionOccupancy(on: grid).voxels.allSatisfy { $0 == 0 })
}

@Test("Every kind of finding gives a sound neck", arguments: Pathology.allCases)
func pathologies(kind: Pathology) {
  for seed in 0..<2 {
    var (a, b) = (Generator(seed: UInt64(seed)), Generator(seed: UInt64(seed)))
    let (ill, well) = (Neck(generator: &a, pathology: kind), Neck(generator: &b))
    // The same person, with and without.
    #expect(ill.cordAP == well.cordAP && ill.discs == well.discs)
    let sections = ill.cord.sections
    #expect(stride(from: 0, to: sections.count, by: 8).allSatisfy { sections[$0].area > 5 && sections[$0].outline.bounds.slope < 8 })
  }
}
