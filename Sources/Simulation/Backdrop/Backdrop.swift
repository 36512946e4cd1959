import Foundation
import Numerics
import Volumes

/// What lies around the cord of a real person, as classes of tissue: learnt from the intensities of a scan, or taken from a label map.
///
/// It is kept straightened along that person's cord, so that it can be laid around any other cord. The person's own cord and CSF are no
/// part of it: within ``ring`` of the mask, what lies further out is drawn inwards.
public struct Backdrop: Sendable {
  /// File that it comes from.
  public let name: String
  /// Contrast of the scan, where it is one that can be simulated.
  public let contrast: Contrast?
  /// Signal of each class relative to the cord's, darkest first; all alike for a label map.
  let signals: [Float]
  /// Class of each cell: to the right, to the front, down the cord.
  private let cells: [UInt8]
  private let shape: SIMD3<Int>
  /// Place of the first cell to the right and to the front of the cord's middle, mm.
  private let corner: SIMD2<Float>

  /// Edge of a cell, mm.
  static let cell = 0.8
  /// How far around the cord's mask CSF is taken to reach, mm.
  static let ring = 7.0
  /// Classes that intensities are parted into.
  static let clusters = 8
  /// What lies outside of the field of view.
  private static let nothing = UInt8.max

  /// Learns from a scan: its intensities outside of cord and CSF are parted into ``clusters`` classes by k-means.
  ///
  /// - Parameters:
  ///   - scan: Any scan of the cord, in any orientation.
  ///   - cord: Its cord, 1 inside; on any grid in the same world.
  ///   - name: For messages and records.
  ///   - contrast: What kind of scan it is, where known.
  /// - Throws: ``BackdropError``.
  public init(scan: Volume, cord: Volume, name: String, contrast: Contrast? = nil) throws(BackdropError) {
    // Noise would speckle the classes.
    var smooth = scan
    smooth.blur(sd: [0.7, 0.7, 0.7])
    let straight = try Straightened(smooth, cord: cord, name: name)
    let inside = zip(scan.resampled(onto: cord.grid).voxels, cord.voxels).filter { $1 > 0.5 }.map(\.0).sorted()
    let unit = inside[inside.count / 2]
    let centers = Self.means(of: straight.outside)
    guard unit > 0, centers.count > 1 else { throw .noContrast(name: name) }
    self.init(
      name: name, contrast: contrast, signals: centers.map { max(0, $0 / unit) }, of: straight,
      classes: straight.values.map { value in
        value.isNaN ? Self.nothing : UInt8(centers.indices.min { abs(centers[$0] - value) < abs(centers[$1] - value) }!)
      })
  }

  /// Takes the classes of a label map.
  ///
  /// - Parameters:
  ///   - labels: Whole numbers, at most 250 different ones.
  ///   - cord: As above.
  ///   - name: For messages and records.
  /// - Throws: ``BackdropError``.
  public init(labels: Volume, cord: Volume, name: String) throws(BackdropError) {
    let straight = try Straightened(labels, cord: cord, name: name)
    let found = Set(straight.outside).sorted()
    guard found.allSatisfy({ $0 == $0.rounded() }), (2...250).contains(found.count) else { throw .noLabels(name: name, found: found.count) }
    let index = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1, UInt8($0)) })
    self.init(
      name: name, contrast: nil, signals: found.map { _ in 1 }, of: straight, classes: straight.values.map { index[$0] ?? Self.nothing })
  }

  private init(name: String, contrast: Contrast?, signals: [Float], of straight: Straightened, classes: [UInt8]) {
    (self.name, self.contrast, self.signals, shape, corner) = (name, contrast, signals, straight.shape, straight.corner)
    cells = straight.filled(classes)
  }

  /// Centers of the clusters of some values, from low to high: Lloyd's algorithm on 256 gray levels.
  private static func means(of values: [Float]) -> [Float] {
    let sorted = values.sorted()
    guard let low = sorted.first else { return [] }
    // A few voxels far brighter than all others are no class.
    let high = sorted[sorted.count * 995 / 1000]
    guard high - low > 1e-3 * max(abs(low), abs(high)) else { return [] }
    let levels = 256
    var counts = [Float](repeating: 0, count: levels)
    for value in values { counts[min(Int((min(value, high) - low) / (high - low) * Float(levels)), levels - 1)] += 1 }
    var centers = (0..<clusters).map { (Float($0) + 0.5) / Float(clusters) * Float(levels) }
    for _ in 0..<50 {
      var (sums, sizes) = ([Float](repeating: 0, count: clusters), [Float](repeating: 0, count: clusters))
      for level in 0..<levels where counts[level] > 0 {
        let value = Float(level) + 0.5
        let nearest = centers.indices.min { abs(centers[$0] - value) < abs(centers[$1] - value) }!
        sums[nearest] += counts[level] * value
        sizes[nearest] += counts[level]
      }
      for i in centers.indices where sizes[i] > 0 { centers[i] = sums[i] / sizes[i] }
    }
    return centers.map { low + $0 / Float(levels) * (high - low) }
  }
}

extension Backdrop {
  /// A backdrop around one person's cord: always at the same height, and always the same side.
  struct Placed: Sendable {
    let backdrop: Backdrop
    private let shift: Float
    private let side: Float

    /// - Parameter person: Seed of the person.
    init(_ backdrop: Backdrop, person: UInt64) {
      self.backdrop = backdrop
      var generator = Generator(seed: person, stream: 3)
      shift = Float(generator.uniform(0, Double(2 * backdrop.shape.z)))
      side = generator.chance(0.5) ? -1 : 1
    }

    /// The class at a place, numbered after the tissues; air outside of the field of view.
    @inline(__always) func tissue(at place: Stations.Place) -> Int {
      let size = backdrop.shape
      let (x, y) = (
        (place.u * side - backdrop.corner.x) / Float(Backdrop.cell), (place.v - backdrop.corner.y) / Float(Backdrop.cell)
      )
      guard x >= 0, y >= 0, x < Float(size.x), y < Float(size.y) else { return Tissue.air.rawValue }
      // Beyond its ends the backdrop goes on, mirrored.
      let way = (place.s / Float(Backdrop.cell) + shift).truncatingRemainder(dividingBy: Float(2 * size.z))
      let z = Int(way < 0 ? way + Float(2 * size.z) : way)
      let found = backdrop.cells[Int(x) + size.x * (Int(y) + size.y * min(z, max(0, 2 * size.z - 1 - z)))]
      return found == Backdrop.nothing ? Tissue.air.rawValue : Tissue.allCases.count + Int(found)
    }
  }
}

extension Signals {
  /// The same signals, followed by those of a backdrop's classes.
  ///
  /// In a contrast that does not exist a class has any brightness. In the scan's own contrast it looks as it did there. In another one it
  /// is taken for some tissue, the same in all scans of a person.
  func followed(by backdrop: Backdrop, in contrast: Contrast, person: UInt64, generator g: inout Generator) -> Signals {
    var result = self
    var tissues = Generator(seed: person, stream: 4)
    let brightest = mean.max()!
    for (index, signal) in backdrop.signals.enumerated() {
      let kin: [Tissue] = [.muscle, .fat, .marrow, .bone, .disc, .gland, .ligament, .vein, .nerve, .fascia]
      let tissue = index == 0 ? .air : kin[Int(tissues.uniform(0, Double(kin.count)))]
      switch contrast {
      // The darkest class is air more often than not.
      case .random: result.mean.append(index == 0 && g.chance(0.6) ? self[.air] : brightest * Float(g.uniform(0.02, 1)))
      case backdrop.contrast: result.mean.append(signal * Float(exp(g.normal(0, 0.1))))
      default: result.mean.append(self[tissue])
      }
      result.texture.append(Float(0.08 * exp(g.normal(0, 0.4))))
      result.patches.append(0)
    }
    return result
  }
}

/// Why a scan cannot be a backdrop.
public enum BackdropError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The mask holds no stretch of cord that could be followed.
  case shortCord(name: String, found: Double)
  /// Everything around the cord has the same intensity, or the cord has none.
  case noContrast(name: String)
  /// A label map without labels, or with values that are none.
  case noLabels(name: String, found: Int)

  public var description: String {
    switch self {
    case .shortCord(let name, let found):
      "\(name): the mask shows \(Int(found)) mm of cord; expected at least \(Int(Straightened.shortest)) mm of one that runs from head to foot"
    case .noContrast(let name): "\(name): nothing to tell apart around the cord, or a cord without signal; leave the scan out"
    case .noLabels(let name, let found):
      "\(name): \(found) values around the cord; expected a label map of 2 to 250 whole numbers, or another name for a scan"
    }
  }
}
