import Foundation
import Numerics
import Volumes

/// An image of a digital neck, with its exact truth.
public struct SimulatedScan: Sendable {
  /// The image; the cord's white matter is about 1 where the coil is most sensitive.
  public var image: Volume
  /// Fraction of each voxel that is cord, 0...1, on the image's grid. The cord ends at `Neck.top`.
  public var cord: Volume
  /// Fraction of each voxel inside the dura (cord and CSF), cut at the same plane.
  public var canal: Volume
  /// Fraction of each voxel that is lesion of the cord; `nil` in a cord without any.
  public var lesions: Volume?
}

extension SimulatedScan {
  /// The same scan with its voxels listed along other axes.
  func reoriented(to orientation: Orientation) -> SimulatedScan {
    SimulatedScan(
      image: image.reoriented(to: orientation), cord: cord.reoriented(to: orientation), canal: canal.reoriented(to: orientation),
      lesions: lesions?.reoriented(to: orientation))
  }
}

/// Scans a neck.
///
/// - Parameters:
///   - settings: Tissue values.
///   - backdrop: What lies around the canal instead of the neck's own body; cord, CSF and truth stay the neck's.
/// - Returns: The image and the exact occupancies; the same arguments give the same bits.
public func acquire(
  _ neck: Neck, _ acquisition: Acquisition, settings: SimulationSettings = .standard, backdrop: Backdrop? = nil
) -> SimulatedScan {
  let grid = acquisition.grid
  let axis = neck.axis
  let cordTube = axis.cut(at: neck.tip)
  let canalTube = neck.canal(around: axis)
  var generator = Generator(seed: acquisition.seed, stream: Acquisition.Stream.signals)
  var signals = Signals(acquisition, tissues: settings.properties, generator: &generator)
  let person = neck.body.texture
  if let backdrop { signals = signals.followed(by: backdrop, in: acquisition.contrast, person: person, generator: &generator) }
  let ends = SlabEnds(acquisition, signals: signals, tissues: settings.properties)
  let field = UnevenField(acquisition, cord: cordTube)
  // With distortion everything is painted on a finer grid first and then moved to where the scanner shows it.
  var painted = acquisition
  painted.grid = field.work(grid)
  let cord = cordTube.occupancy(in: painted, below: Neck.top)
  let canal = canalTube.occupancy(in: painted, below: Neck.top)
  var textureGenerator = Generator(seed: person)
  let painter = Painter(
    stations: Stations(neck: neck, cord: axis, canal: canalTube), texture: Texture(generator: &textureGenerator),
    body: neck.body, backdrop: backdrop.map { Backdrop.Placed($0, person: person) }, lesions: neck.lesions, signals: signals, ends: ends,
    flow: CSFFlow(acquisition))
  var image = painter.paint(painted, cord: cord.whole, canal: canal.whole)
  var occupancies = [cord.below, canal.below, cord.whole, canal.whole]
  if !neck.lesions.isEmpty { occupancies.append(neck.lesionOccupancy(in: painted)) }
  field.apply(to: &image, occupancies: &occupancies, grid: grid)
  var shading = Generator(seed: acquisition.seed, stream: Acquisition.Stream.field)
  let readout = Readout(
    acquisition: acquisition,
    coil: Coil(
      strength: acquisition.coil, center: acquisition.motion.personFromSeries(grid.center), neck: neck, cord: cordTube, generator: &shading),
    bias: Bias(strength: acquisition.bias, generator: &shading), field: field, ends: ends)
  let moving = zip(occupancies[2], occupancies[3]).map { max(0, $1 - $0) * signals[.csf] }
  let scan = SimulatedScan(
    image: readout(image, moving: moving), cord: Volume(voxels: occupancies[0], grid: grid),
    canal: Volume(voxels: occupancies[1], grid: grid),
    lesions: occupancies.count > 4 ? Volume(voxels: zip(occupancies[4], occupancies[0]).map { min($0, $1) }, grid: grid) : nil)
  return acquisition.stored.map(scan.reoriented(to:)) ?? scan
}

/// A scan to train on: a random neck, scanned by the Spine Generic protocol, as clinics do, as an echo-planar series, or with random
/// parameters, often in a random contrast.
///
/// - Parameter seed: The same seed gives the same scan.
public func trainingScan(seed: UInt64) -> SimulatedScan {
  let (neck, acquisition) = trainingAcquisition(seed: seed)
  return acquire(neck, acquisition)
}

/// The neck and the acquisition of ``trainingScan(seed:)``, for truth on other grids than the image's:
/// ``Neck/cordOccupancy(on:seenBy:)``.
///
/// - Parameters:
///   - whole: Fraction of scans with the whole field of view, in coarse voxels, as a localizer sees them.
///   - mixture: The kinds of people and scans, with their shares.
public func trainingAcquisition(
  seed: UInt64, whole: Double = 0, mixture: ScanMixture = ScanMixture()
) -> (neck: Neck, acquisition: Acquisition) {
  var generator = Generator(seed: seed)
  var (neck, acquisition) = drawnAcquisition(whole: whole, mixture, generator: &generator)
  if generator.chance(mixture.otherTimes) {
    acquisition.sequence = acquisition.sequence.varied(acquisition.contrast, generator: &generator)
  }
  return (neck, acquisition)
}

private func drawnAcquisition(
  whole: Double, _ mixture: ScanMixture, generator: inout Generator
) -> (neck: Neck, acquisition: Acquisition) {
  var neck = Neck(generator: &generator, pathology: generator.chance(mixture.findings) ? .mixed : .none)
  if generator.chance(mixture.otherSizes) { neck.thin(byPercent: generator.uniform(mixture.thinning[0], mixture.thinning[1])) }
  if generator.chance(mixture.seams) { neck.body.seam = generator.uniform(0.3, 1.8) }
  if whole > 0 && generator.chance(whole) { return (neck, .whole(for: neck, generator: &generator)) }
  switch generator.uniform(0, 1) {
  case ..<mixture.any:
    return (neck, .random(for: neck, generator: &generator))
  case ..<(mixture.any + mixture.echoPlanar):
    let contrast = [.t2star, .dwi, .random][Int(generator.uniform(0, 3))] as Contrast
    return (neck, .cropped(contrast, by: .echoPlanar(generator: &generator), for: neck, generator: &generator))
  case ..<(mixture.any + mixture.echoPlanar + mixture.clinical):
    let contrast = [.t1w, .t2w, .t2w, .t2star, .random][Int(generator.uniform(0, 5))] as Contrast
    return (neck, .cropped(contrast, by: .clinical(contrast, generator: &generator), for: neck, generator: &generator))
  default:
    let contrast = Contrast.named[Int(generator.uniform(0, Double(Contrast.named.count)))]
    return (neck, .cropped(contrast, by: .standard(contrast), for: neck, generator: &generator))
  }
}

/// A patch to train on: a scan as in ``trainingScan(seed:)``, but on a grid of its own around the cord.
///
/// - Parameters:
///   - shape: Voxels from right to left, front to back and foot to head.
///   - spacing: Their size, mm.
public func trainingPatch(seed: UInt64, shape: SIMD3<Int> = [64, 64, 80], spacing: SIMD3<Double> = .one) -> SimulatedScan {
  let (neck, drawn) = trainingAcquisition(seed: seed)
  var acquisition = drawn
  let half = spacing * (SIMD3<Double>(shape) - 1) / 2
  let middle = acquisition.grid.center
  acquisition.grid = Grid(shape: shape, affine: Affine(spacing: spacing, origin: middle - half))
  acquisition.slab = acquisition.grid.slab
  acquisition.stored = nil
  return acquire(neck, acquisition)
}
