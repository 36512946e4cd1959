import Foundation
import Volumes

/// Where the person's front is, seen in the image around the cord.
///
/// The body left and right of the cord is alike. For each direction within ``reach`` of the slice's anterior, the image on both sides of
/// the line through the centroid is correlated with its mirror image, on rings of 3 to 18 mm; correlations are averaged over neighbouring
/// slices with a Gaussian of ``along``. The direction with the highest one is the front.
struct SymmetryAxis {
  /// Largest turn of the front against the slice's anterior, radians.
  private static let reach = 40 * Double.pi / 180
  /// Standard deviation of the average along the cord, mm.
  private static let along = 10.0
  private static let directions = 144
  private static let radii = stride(from: 3.0, through: 18, by: 1.5).map { $0 }

  /// Turn of the person's right from the slice's right, towards anterior, radians; one for each slice, `nil` where there is no section.
  static func turns(in image: Volume, frames: [Frame], centroids: [SIMD2<Double>?], slicing: Slicing) -> [Double?] {
    let toVoxel = image.grid.affine.inverse
    let count = Int(reach / (2 * .pi) * Double(directions)) * 2
    let scores = zip(frames, centroids).map { frame, centroid in
      centroid.map { agreement(of: frame, about: $0, image: image, toVoxel: toVoxel, slicing: slicing, count: count) }
    }
    return scores.indices.map { level in
      guard scores[level] != nil else { return nil }
      var sum = [Double](repeating: 0, count: count + 1)
      for other in scores.indices {
        guard let score = scores[other] else { continue }
        let apart = Double(other - level) * slicing.spacing / along
        let weight = exp(-apart * apart / 2)
        for i in sum.indices { sum[i] += weight * score[i] }
      }
      let best = sum.indices.max { sum[$0] < sum[$1] }!
      var place = Double(best)
      if best > 0, best < count {
        let bend = sum[best - 1] - 2 * sum[best] + sum[best + 1]
        if bend < 0 { place += 0.5 * (sum[best - 1] - sum[best + 1]) / bend }
      }
      return (place - Double(count) / 2) * .pi / Double(directions)
    }
  }

  /// Correlation of the two sides for turns half a direction apart.
  private static func agreement(
    of frame: Frame, about centroid: SIMD2<Double>, image: Volume, toVoxel: Affine, slicing: Slicing, count: Int
  ) -> [Double] {
    let rings = radii.map { radius in
      (0..<directions).map { index -> Double in
        let angle = 2 * .pi * Double(index) / Double(directions)
        let place = centroid + radius * SIMD2(cos(angle), sin(angle))
        var point = frame.center + place.x * frame.right + place.y * frame.anterior
        // Along the cord into the slice itself: nothing is mixed between slices.
        point -= (point - frame.center).dot(slicing.normal) / frame.cosine * frame.tangent
        return Double(image.interpolated(at: toVoxel(point), outside: .nearest))
      }
    }
    return (0...count).map { index in
      // The mirror takes direction i to `fold` − i: front at fold / 2.
      let fold = directions / 2 + index - count / 2
      return rings.reduce(0) { sum, ring in
        let mean = ring.reduce(0, +) / Double(directions)
        var (own, both) = (0.0, 0.0)
        for i in ring.indices {
          let mirror = ((fold - i) % directions + directions) % directions
          own += (ring[i] - mean) * (ring[i] - mean)
          both += (ring[i] - mean) * (ring[mirror] - mean)
        }
        return sum + (own > 0 ? both / own : 0)
      }
    }
  }
}
