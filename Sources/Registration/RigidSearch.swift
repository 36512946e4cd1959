import Volumes

/// Finds the motion between two scans from their gray levels.
public enum RigidSearch {
  /// Distance from the pivot at which a turn is counted in mm, so that turns and shifts take like steps.
  private static let arm = 30.0
  /// Steps of the search, mm.
  private static let steps = [2.0, 1, 0.5, 0.25, 0.1]
  /// Largest shift and turn (at the arm) that is looked for, mm.
  private static let reach = 9.0

  /// Climbs from a first guess: each of the six parameters in turn a step forth or back, as long as it helps, then smaller steps.
  ///
  /// - Parameters:
  ///   - similarity: Larger is better; `nil` is not allowed.
  ///   - start: First guess.
  /// - Returns: The best motion found, with its similarity; `nil` where the first guess itself cannot be judged.
  public static func maximum(
    of similarity: (Affine) -> Double?, from start: RigidMotion
  ) -> (motion: RigidMotion, similarity: Double)? {
    guard var best = similarity(start.affine) else { return nil }
    var parameters = [Double](repeating: 0, count: 6)
    func motion(_ p: [Double]) -> RigidMotion {
      RigidMotion(
        rotation: start.rotation + SIMD3(p[3], p[4], p[5]) / arm, translation: start.translation + SIMD3(p[0], p[1], p[2]),
        pivot: start.pivot)
    }
    for step in steps {
      for _ in 0..<12 {
        var improved = false
        for axis in [2, 1, 0, 3, 5, 4] {
          for change in [step, -step] {
            var next = parameters
            next[axis] += change
            guard abs(next[axis]) <= reach, let value = similarity(motion(next).affine), value > best + 1e-9 else { continue }
            (parameters, best, improved) = (next, value, true)
            break
          }
        }
        if !improved { break }
      }
    }
    return (motion(parameters), best)
  }
}
