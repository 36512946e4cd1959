import Foundation
import Testing

@testable import GroundTruth

@Suite struct ContourTests {
  /// A circle around the axis.
  static func circle(_ radius: Double) -> Contour {
    Contour([radius * radius / 2] + [Double](repeating: 0, count: 2 * Contour.order))
  }

  @Test func aCircleHasItsAreaAndPerimeter() {
    let circle = Self.circle(5)
    #expect(abs(circle.area - .pi * 25) < 1e-9)
    #expect(abs(circle.growth.area - 2 * .pi * 5) < 1e-9)
    #expect(circle.radii.allSatisfy { abs($0 - 5) < 1e-9 })
  }

  @Test func distanceOfCirclesIsThatOfTheirRadii() {
    // Exact in q; along the radius to first order.
    #expect(abs(Self.circle(5.02).distance(to: Self.circle(5)) - 0.02) < 1e-3)
  }
}
