import Volumes

/// The centerline as a scale of length: a *place* is the distance along the cord from its upper end, in mm, growing towards the feet.
///
/// Everything that lies beside the cord (discs, vertebrae, the pontomedullary junction) gets its place by the foot of its
/// perpendicular on the curve, in world millimetres, so that it does not matter on which grid it was drawn. Beyond the cord's ends the
/// curve goes on straight for ``reach``; places above the upper end are negative.
public struct CordAxis: Sendable {
  /// How far beyond the cord's ends places are known, mm: the pontomedullary junction lies some 50 mm above C1.
  public static let reach = 80.0
  /// Longest distance between stored points, mm: a bend of 60 mm radius strays 0.0005 mm from the chords.
  private static let step = 0.5

  /// First and last place of the cord: the outer faces of its end slices. Starts at 0.
  public let extent: ClosedRange<Double>
  /// Slice number of the first point, and the change to the next one: points run from the head to the feet.
  private let (firstSlice, slicesPerPoint): (Double, Double)
  private let points: [SIMD3<Double>]
  /// Place of each point, increasing.
  private let places: [Double]

  public init(_ centerline: Centerline) {
    let slicing = centerline.slicing
    let down = slicing.descends ? 1.0 : -1.0
    let ends = (Double(centerline.slices.lowerBound) - 0.5, Double(centerline.slices.upperBound) + 0.5)
    let (top, bottom) = slicing.descends ? ends : (ends.1, ends.0)
    // Slices are as far apart as their planes, or farther along a tilted cord.
    let perSlice = max(1, (2 * slicing.spacing / Self.step).rounded(.up))
    let beyond = (Self.reach / slicing.spacing).rounded(.up)
    firstSlice = top - down * beyond
    slicesPerPoint = down / perSlice
    let count = Int(((abs(bottom - top) + 2 * beyond) * perSlice).rounded()) + 1
    let (first, change) = (firstSlice, slicesPerPoint)
    points = (0..<count).map { centerline.position(atSlice: first + Double($0) * change) }
    var sums = [0.0]
    for (point, next) in zip(points, points.dropFirst()) { sums.append(sums.last! + (next - point).length) }
    let upper = sums[Int((beyond * perSlice).rounded())]
    places = sums.map { $0 - upper }
    extent = 0...places[count - 1 - Int((beyond * perSlice).rounded())]
  }

  /// Place where the curve crosses a slice; the number may lie between two slices.
  public func place(atSlice slice: Double) -> Double {
    interpolate(places, at: (slice - firstSlice) / slicesPerPoint)
  }

  /// Length of the cord between the faces of a slice, mm.
  public func length(ofSlice slice: Int) -> Double { abs(place(atSlice: Double(slice) + 0.5) - place(atSlice: Double(slice) - 0.5)) }

  /// Slice in which a place lies, as a fractional number: whole numbers are the middles of slices.
  public func slice(at place: Double) -> Double { firstSlice + index(of: place) * slicesPerPoint }

  /// Point of the curve, world mm.
  public func point(at place: Double) -> SIMD3<Double> {
    let (index, share) = split(index(of: place))
    return points[index] + (points[index + 1] - points[index]) * share
  }

  /// Where the perpendicular from a point meets the curve.
  ///
  /// - Parameter point: World mm.
  /// - Returns: The place, and the distance between point and curve, mm.
  public func foot(of point: SIMD3<Double>) -> (place: Double, distance: Double) {
    func squared(_ index: Int) -> Double { (points[index] - point).dot(points[index] - point) }
    // The nearest of few, then the nearest of those around it.
    let stride = 24
    let coarse = Swift.stride(from: 0, to: points.count, by: stride).min { squared($0) < squared($1) }!
    let nearest = (max(0, coarse - stride)...min(points.count - 1, coarse + stride)).min { squared($0) < squared($1) }!
    var best = (place: places[nearest], distance: squared(nearest).squareRoot())
    for start in [nearest - 1, nearest] where start >= 0 && start + 1 < points.count {
      let chord = points[start + 1] - points[start]
      let share = min(max((point - points[start]).dot(chord) / chord.dot(chord), 0), 1)
      let distance = (points[start] + share * chord - point).length
      if distance < best.distance { best = (places[start] + share * (places[start + 1] - places[start]), distance) }
    }
    return best
  }

  /// The slices that a piece of cord passes through.
  ///
  /// - Parameter piece: Places of its ends; what lies outside the cord is left out.
  /// - Returns: Slice number and length of the piece within the slice, mm, in the order of the file. Slices at the ends of the
  ///   piece are cut where the piece ends.
  public func slices(of piece: ClosedRange<Double>) -> [(slice: Int, length: Double)] {
    guard piece.overlaps(extent) else { return [] }
    let inside = piece.clamped(to: extent)
    let ends = [inside.lowerBound, inside.upperBound].map { slice(at: $0) }
    let (low, high) = (Int((ends.min()! + 0.5).rounded(.down)), Int((ends.max()! - 0.5).rounded(.up)))
    guard low <= high else { return [] }
    return (low...high).compactMap { slice in
      let faces = [place(atSlice: Double(slice) - 0.5), place(atSlice: Double(slice) + 0.5)]
      let length = min(faces.max()!, inside.upperBound) - max(faces.min()!, inside.lowerBound)
      return length > 1e-9 ? (slice, length) : nil
    }
  }

  private func index(of place: Double) -> Double {
    var (low, high) = (0, places.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if places[middle] <= place { low = middle } else { high = middle }
    }
    return Double(low) + (place - places[low]) / (places[low + 1] - places[low])
  }

  private func interpolate(_ values: [Double], at index: Double) -> Double {
    let (low, share) = split(index)
    return values[low] + (values[low + 1] - values[low]) * share
  }

  private func split(_ index: Double) -> (low: Int, share: Double) {
    let low = min(max(Int(index), 0), points.count - 2)
    return (low, index - Double(low))
  }
}
