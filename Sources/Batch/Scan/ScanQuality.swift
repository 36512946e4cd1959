import Foundation
import Measuring
import Morphometry
import Volumes

/// What of a scan and its mask tells whether a person should look at it.
public struct ScanQuality: Sendable, Hashable, Codable {
  /// A place of the cord: world mm, and the area there in mm².
  public struct Station: Sendable, Hashable, Codable {
    public let x, y, z, area: Double
    var position: SIMD3<Double> { [x, y, z] }
  }

  /// A level with its area, mm².
  public struct Level: Sendable, Hashable, Codable {
    public let level: Int
    public let area: Double
    public let isComplete: Bool
  }

  /// A disc on the centerline, world mm.
  public struct Disc: Sendable, Hashable, Codable {
    public let number: Int
    public let x, y, z: Double
    var position: SIMD3<Double> { [x, y, z] }
  }

  /// How sure the model is, 0…1; `nil` for masks that it did not make.
  public let confidence: Double?
  /// Length of the cord, and how far the field of view goes on above and below it, mm.
  public let length, above, below: Double
  /// Pieces of the cord, and slices with a flag of each kind.
  public let pieces: Int
  public let slices: Int
  public let flags: [String: Int]
  /// Median distance between the mask's outline and the nearest clear edge of the image, and how far the outline is shifted against it, mm;
  /// `nil` where the image shows no edge.
  public let edge, shift: Double?
  /// Mean area of all slices, mm².
  public let area: Double
  /// Distance of the cord's middle from that of the field of view to the left and right, mm.
  public let lateral: Double
  /// Level in the middle of the field of view, with the part of it that lies above: 4.5 is the middle of C4.
  public let middleLevel: Double?
  /// Probability that the levels have their right numbers; `nil` where somebody else's labels do not say it.
  public let numbering: Double?
  public let levels: [Level]
  public let discs: [Disc]
  /// The cord every few millimeters, from the head down.
  public let course: [Station]
  /// Grid of the scan.
  public let grid: Grid

  /// Distance between stations, mm.
  static let step = 5.0

  init(of cord: MeasuredCord, image: Volume, mask: Volume, confidence: Double?, levels rows: [MeasureRow]) {
    let (axis, measurements) = (cord.axis, cord.measurements)
    let slicing = measurements.centerline.slicing
    let held = measurements.slices.filter { $0.section != nil }
    let areas = held.compactMap { $0.section?.area }
    self.confidence = confidence.map(Self.rounded)
    length = Self.rounded(axis.extent.upperBound)
    let (first, last) = (Double(held.first?.slice ?? 0), Double(slicing.count - 1 - (held.last?.slice ?? 0)))
    (above, below) =
      slicing.descends ? (first * slicing.spacing, last * slicing.spacing) : (last * slicing.spacing, first * slicing.spacing)
    (pieces, slices) = (measurements.pieces.count, held.count)
    var counts: [String: Int] = [:]
    for name in held.flatMap(\.flags.names) { counts[name, default: 0] += 1 }
    flags = counts
    area = Self.rounded(areas.reduce(0, +) / Double(max(areas.count, 1)))
    let outline = OutlineCheck(measurements: measurements, image: image, mask: mask)
    (edge, shift) = (outline.distance.map(Self.rounded), outline.shift.map(Self.rounded))
    let middle = axis.point(at: axis.extent.upperBound / 2)
    lateral = Self.rounded(abs((middle - image.grid.center).dot(slicing.right)))
    middleLevel = cord.map.flatMap { Self.level(at: axis.place(atSlice: Double(slicing.count - 1) / 2), $0.discs) }.map(Self.rounded)
    numbering = rows.lazy.compactMap(\.numberingProbability).first.map(Self.rounded)
    levels = rows.compactMap { row in
      guard let level = row.levels, level.count == 1, let area = row.summary?[.area]?.value else { return nil }
      return Level(level: level.lowerBound, area: Self.rounded(area), isComplete: !row.flags.contains(.levelIncomplete))
    }
    discs = (cord.map?.discs ?? []).map { disc in
      let point = axis.point(at: disc.place)
      return Disc(number: disc.number, x: Self.rounded(point.x), y: Self.rounded(point.y), z: Self.rounded(point.z))
    }
    course = stride(from: 0, through: axis.extent.upperBound, by: Self.step).compactMap { place in
      let slice = Int(axis.slice(at: place).rounded())
      guard measurements.slices.indices.contains(slice), let area = measurements.slices[slice].section?.area else { return nil }
      let point = axis.point(at: place)
      return Station(x: Self.rounded(point.x), y: Self.rounded(point.y), z: Self.rounded(point.z), area: Self.rounded(area))
    }
    grid = image.grid
  }

  /// Number of the disc above a place, and the way from there to the next one.
  private static func level(at place: Double, _ discs: [(number: Int, place: Double)]) -> Double? {
    guard discs.count >= 2 else { return nil }
    // Beyond the outermost discs the last distance goes on.
    let below = min(max(discs.firstIndex { $0.place > place } ?? discs.count - 1, 1), discs.count - 1)
    let (upper, lower) = (discs[below - 1], discs[below])
    return Double(upper.number) + (place - upper.place) / (lower.place - upper.place) * Double(lower.number - upper.number)
  }

  /// A hundredth is more than is known, and keeps records small.
  private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

/// Compares a mask's outline with the image's edges: along rays from the cord's middle in the slice's plane.
struct OutlineCheck {
  /// Median distance, and length of the mean shift, mm.
  private(set) var distance, shift: Double?

  /// Slices and rays that are looked at; reach of the search for an edge and step along a ray, mm.
  private static let (slices, rays, reach, step) = (24, 16, 4.0, 0.25)
  /// Share of the steepest slope on a ray from which another is an edge as well.
  private static let clear = 0.4

  init(measurements: CordMeasurements, image: Volume, mask: Volume) {
    let held = measurements.slices.compactMap { slice in slice.section.map { (slice.slice, $0.center) } }
    guard held.count >= 3 else { return }
    let slicing = measurements.centerline.slicing
    let count = min(Self.slices, held.count)
    let toVoxel = image.grid.affine.inverse
    var (distances, shifts): ([Double], [SIMD2<Double>]) = ([], [])
    for number in 0..<count {
      let center = held[Int((Double(number) + 0.5) / Double(count) * Double(held.count))].1
      var offsets: [(SIMD2<Double>, Double)] = []
      for ray in 0..<Self.rays {
        let angle = 2 * Double.pi * Double(ray) / Double(Self.rays)
        let direction = SIMD2(cos(angle), sin(angle))
        let world = slicing.right * direction.x + slicing.anterior * direction.y
        let offset = Self.offset(image, mask, toVoxel, from: center, along: world)
        if let offset { offsets.append((direction, offset)) }
      }
      guard offsets.count > Self.rays / 2 else { continue }
      distances += offsets.map { abs($0.1) }
      let sum = offsets.reduce(SIMD2<Double>.zero) { $0 + $1.0 * $1.1 }
      shifts.append(sum * 2 / Double(offsets.count))
    }
    guard !distances.isEmpty else { return }
    distance = Self.median(distances)
    let mean = SIMD2(Self.median(shifts.map(\.x)), Self.median(shifts.map(\.y)))
    shift = (mean * mean).sum().squareRoot()
  }

  /// How far the nearest clear edge lies beyond the mask's outline, mm; `nil` without either.
  private static func offset(
    _ image: Volume, _ mask: Volume, _ toVoxel: Affine, from center: SIMD3<Double>, along direction: SIMD3<Double>
  ) -> Double? {
    func sample(_ volume: Volume, _ radius: Double) -> Double {
      Double(volume.interpolated(at: toVoxel(center + direction * radius), outside: .value(0)))
    }
    var radius = 0.0
    while sample(mask, radius) >= 0.5 {
      radius += step
      if radius > 20 { return nil }
    }
    guard radius > 0 else { return nil }
    let places = stride(from: max(0.5, radius - reach), through: radius + reach, by: step)
    let slopes = places.map { (place: $0, slope: abs(sample(image, $0 + 0.5) - sample(image, $0 - 0.5))) }
    guard let steepest = slopes.map(\.slope).max(), steepest > 0 else { return nil }
    // The dura is an edge as well, and often the steeper one: of the clear edges the nearest counts.
    let edges = slopes.indices.filter { i in
      slopes[i].slope >= clear * steepest && (i == 0 || slopes[i - 1].slope <= slopes[i].slope)
        && (i + 1 == slopes.count || slopes[i + 1].slope <= slopes[i].slope)
    }
    return edges.map { slopes[$0].place - radius }.min { abs($0) < abs($1) }
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
