import Foundation
import Testing
import Volumes

@testable import Morphometry

/// The curve itself.
struct CenterlineTests {
  @Test(arguments: [0.5, 1, 5]) func linesAndParabolasPassUnchanged(spacing: Double) {
    let truth = { (t: Double) in SIMD3<Double>(2 + 0.3 * t, -1 - 0.1 * t + 0.004 * t * t, t) }
    // Some slices are missing and weights differ.
    let points = (0..<Int(100 / spacing)).filter { $0 % 7 != 3 }.map { i -> (Double, SIMD3<Double>, Double) in
      let t = Double(i) * spacing
      return (t, truth(t), 1 + 0.5 * sin(Double(i)))
    }
    let spline = SmoothingSpline(points: points, smoothingLength: 60, pointSpacing: spacing)
    for t in stride(from: 0.0, through: points.last!.0, by: 1.7) {
      #expect((spline(t) - truth(t)).length < 1e-8)
      #expect((spline.derivative(t) - SIMD3<Double>(0.3, -0.1 + 0.008 * t, 1)).length < 1e-8)
    }
    // Beyond the end: the tangent goes on.
    let end = points.last!.0
    #expect((spline(end + 10) - spline(end) - 10 * spline.derivative(end)).length < 1e-8)
  }

  @Test(arguments: [1, 5]) func waveOfTheSmoothingLengthIsHalved(spacing: Double) {
    let points = (0...Int(600 / spacing)).map { i -> (Double, SIMD3<Double>, Double) in
      let t = Double(i) * spacing
      let value = SIMD3<Double>(cos(2 * .pi * t / 60), cos(2 * .pi * t / 20), t)
      return (t, value, 7)
    }
    let spline = SmoothingSpline(points: points, smoothingLength: 60, pointSpacing: spacing)
    // The knots take another few percent.
    #expect(abs(spline(300).x - 0.5) < 0.03)
    #expect(abs(spline(300).y) < 0.01)
  }

  @Test func jitterOfSlicesDoesNotTiltTheEnds() {
    // Centers that jump by a tenth of a mm: the cosine must stay within the area's tolerance.
    let points = (0..<60).map { i -> (Double, SIMD3<Double>, Double) in
      let t = Double(i)
      let jitter = SIMD3<Double>(sin(t * t), cos(3 * t * t), 0)
      return (t, SIMD3(0, 0, t) + 0.1 * jitter, 80)
    }
    let spline = SmoothingSpline(points: points, smoothingLength: 60, pointSpacing: 1)
    for t in [0.0, 1, 30, 58, 59] { #expect(spline.derivative(t).normalized.z > 0.999) }
  }
}
