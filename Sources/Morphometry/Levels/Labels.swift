import Volumes

/// The labelled voxels of an image, by label.
public struct Labels: Sendable {
  /// World positions of the voxels of each label, mm.
  public let points: [Int: [SIMD3<Double>]]
  /// How far a voxel reaches from the feet to the head, mm: a label is not known better than that.
  public let voxelHeight: Double

  /// Collects the voxels above 0.
  ///
  /// - Throws: ``LevelError/notLabels(value:)``.
  public init(in image: Volume) throws(LevelError) {
    var points: [Int: [SIMD3<Double>]] = [:]
    var foreign: Float?
    let shape = image.grid.shape
    image.voxels.withUnsafeBufferPointer { voxels in
      for offset in voxels.indices where voxels[offset] != 0 {
        let value = voxels[offset]
        guard value.isFinite, (0...100).contains(value.rounded()), abs(value - value.rounded()) < 1e-3 else {
          foreign = value
          return
        }
        let (z, rest) = offset.quotientAndRemainder(dividingBy: shape.x * shape.y)
        let (y, x) = rest.quotientAndRemainder(dividingBy: shape.x)
        points[Int(value.rounded()), default: []].append(image.grid.world(SIMD3(Double(x), Double(y), Double(z))))
      }
    }
    if let foreign { throw .notLabels(value: foreign) }
    let steps = image.grid.affine
    (self.points, voxelHeight) = (points, abs(steps.x.z) + abs(steps.y.z) + abs(steps.z.z))
  }

  /// The numbering asked for, or the one that the labels tell.
  func numbering(_ asked: LabelNumbering?) throws(LevelError) -> LabelNumbering {
    if let asked { return asked }
    guard let told = LabelNumbering.told(by: Set(points.keys)) else { throw .ambiguous(labels: points.keys.sorted()) }
    return told
  }

  /// Where the one thing that is labelled lies along the cord: the pontomedullary junction, for one.
  ///
  /// - Parameters:
  ///   - name: What it is, for messages.
  ///   - label: Its number where other things are labelled as well.
  /// - Throws: ``LevelError``.
  public func place(of name: String, label: Int, on axis: CordAxis) throws(LevelError) -> Double {
    guard let found = points[label] ?? (points.count == 1 ? points.first!.value : nil) else {
      throw .noLabels(expected: "\(name) (label \(label), or one label alone)")
    }
    let (place, distance) = try place(of: found, name, on: axis)
    // At the end of the known curve a foot says nothing.
    let beyond = max(axis.extent.lowerBound - place, place - axis.extent.upperBound)
    guard beyond < CordAxis.reach - 1 else { throw .offTheCord(name: name, distance: beyond, limit: CordAxis.reach) }
    guard distance <= Self.farthest else { throw .offTheCord(name: name, distance: distance, limit: Self.farthest) }
    return place
  }

  /// Farthest that a label may lie from the centerline, mm: discs end some 10 mm in front of it, the pontomedullary junction 15.
  static let farthest = 40.0
  /// Longest gap along the cord between voxels of one label, mm.
  private static let longestGap = 6.0
  /// Voxels of a thick label that count: those this much farther than the nearest, mm. A disc slants, and its rim at the canal is what
  /// annotators mark.
  private static let rim = 3.0

  /// Place of a group of voxels: of its part nearest to the cord.
  func place(of points: [SIMD3<Double>], _ name: String, on axis: CordAxis) throws(LevelError) -> (place: Double, distance: Double) {
    let feet = points.map { axis.foot(of: $0) }.sorted { $0.place < $1.place }
    for (foot, next) in zip(feet, feet.dropFirst()) where next.place - foot.place > max(Self.longestGap, 2 * voxelHeight) {
      throw .duplicate(name: name, apart: next.place - foot.place)
    }
    let distance = feet.map(\.distance).min()!
    let near = feet.filter { $0.distance <= distance + Self.rim }
    return (near.reduce(0) { $0 + $1.place } / Double(near.count), distance)
  }
}
