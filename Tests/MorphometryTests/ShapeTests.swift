import Foundation
import Testing
import Volumes

@testable import Morphometry

/// Shapes whose measures are known.
struct ShapeTests {
  /// A turned ellipse, in slices perpendicular to it.
  private func ellipse(turn: Double) throws -> CrossSection {
    let grid = Phantom.grid([40, 40, 5], spacing: [0.5, 0.5, 2])
    let (c, s) = (cos(turn), sin(turn))
    let mask = Phantom.mask(on: grid, fineness: 2) { y, _ in
      // (x c + y s)²/a² + (y c − x s)²/b² = 1
      let (a2, b2) = (Phantom.halfRL * Phantom.halfRL, Phantom.halfAP * Phantom.halfAP)
      let (p, q) = (c * c / a2 + s * s / b2, c * s * y * (1 / a2 - 1 / b2))
      let root = q * q - p * (y * y * (s * s / a2 + c * c / b2) - 1)
      return root > 0 ? ((-q - root.squareRoot()) / p, (-q + root.squareRoot()) / p) : nil
    }
    return try #require(Morphometry.measure(mask: mask)[2].section)
  }

  @Test(arguments: [-30.0, -8, 0, 12, 40]) func turnedEllipse(degrees: Double) throws {
    let section = try ellipse(turn: degrees * .pi / 180)
    func value(_ metric: Metric) -> Double { section[metric]!.value }
    #expect(abs(value(.orientation) * 180 / .pi - degrees) < 0.2)
    #expect(abs(value(.apDiameter) - 8) < 0.05 && abs(value(.rlDiameter) - 13) < 0.05)
    #expect(abs(value(.apDiameterEllipse) - 8) < 0.02 && abs(value(.rlDiameterEllipse) - 13) < 0.02)
    #expect(abs(value(.eccentricity) - (1 - 64.0 / 169).squareRoot()) < 0.002)
    // Ramanujan's approximation is exact to six digits here.
    let (a, b) = (6.5, 4.0)
    let perimeter = .pi * (3 * (a + b) - ((3 * a + b) * (a + 3 * b)).squareRoot())
    #expect(abs(value(.perimeter) / perimeter - 1) < 0.005)
    #expect(value(.solidity) > 0.995 && value(.symmetryRL) > 0.99 && value(.symmetryAP) > 0.99)
    let quadrants = [Metric.anteriorRight, .anteriorLeft, .posteriorRight, .posteriorLeft].map(value)
    #expect(abs(quadrants.reduce(0, +) - value(.area)) < 1e-6)
    #expect(abs(value(.anteriorLength) + value(.posteriorLength) - value(.apDiameter)) < 1e-9)
    // A cord whose right side leans forward has more of itself right-anterior: by symmetry opposite quadrants are equal.
    #expect(abs(quadrants[0] - quadrants[3]) < 0.2)
    #expect(degrees == 0 || (quadrants[0] > quadrants[1]) == (degrees > 0))
  }

  @Test func aDentLowersSolidityAndSymmetry() throws {
    let grid = Phantom.grid([40, 30, 5], spacing: [0.5, 0.5, 2])
    var mask = Phantom.cylinder(on: grid, through: .zero, direction: [0, 0, 1])
    let whole = try #require(Morphometry.measure(mask: mask)[2].section)
    // Right-anterior corner cut off.
    for z in 0..<5 { for y in 17..<30 { for x in 26..<40 { mask[x, y, z] = 0 } } }
    let dented = try #require(Morphometry.measure(mask: mask)[2].section)
    #expect(dented[.solidity]!.value < whole[.solidity]!.value - 0.01)
    #expect(dented[.symmetryRL]!.value < whole[.symmetryRL]!.value - 0.03)
    #expect(dented[.anteriorRight]!.value < dented[.anteriorLeft]!.value - 2)
  }

  @Test func theImageShowsTheFront() throws {
    // A body turned by 15°: bright in front, dark behind, alike on both sides.
    let grid = Phantom.grid([60, 60, 5], spacing: [0.8, 0.8, 3])
    let mask = Phantom.cylinder(on: grid, through: .zero, direction: [0, 0, 1])
    let turn = 15 * Double.pi / 180
    var image = Volume(repeating: 0, grid: grid)
    for z in 0..<5 {
      for y in 0..<60 {
        for x in 0..<60 {
          let place = grid.world(SIMD3(Double(x), Double(y), Double(z)))
          let (front, side) = (place.y * cos(turn) - place.x * sin(turn), place.x * cos(turn) + place.y * sin(turn))
          image[x, y, z] = Float(front + 0.05 * side * side + 5 * cos(0.5 * side))
        }
      }
    }
    let plain = try #require(Morphometry.measure(mask: mask)[2].section)
    let seen = try #require(Morphometry.measure(mask: mask, image: image)[2].section)
    #expect(abs(plain[.anteriorRight]!.value - plain[.anteriorLeft]!.value) < 0.2)
    // About axes turned by +15° the ellipse, which is not turned, lies as if turned by −15°.
    let expected = try ellipse(turn: -turn)
    #expect(abs(seen[.anteriorRight]!.value - expected[.anteriorRight]!.value) < 0.3)
    #expect(abs(seen[.anteriorLeft]!.value - expected[.anteriorLeft]!.value) < 0.3)
  }
}
