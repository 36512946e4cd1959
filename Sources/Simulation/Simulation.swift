import Foundation
import Volumes

/// An image of a digital neck, with its exact truth.
public struct SimulatedScan: Sendable {
  /// The image; the cord's white matter is about 1 where the coil is most sensitive.
  public var image: Volume
  /// Fraction of each voxel that is cord, 0...1, on the image's grid. The cord ends at `Neck.top`.
  public var cord: Volume
  /// Fraction of each voxel inside the dura (cord and CSF), cut at the same plane.
  public var canal: Volume
}

/// Scans a neck.
///
/// - Returns: The image and the exact occupancies; the same arguments give the same bits.
public func acquire(_ neck: Neck, _ acquisition: Acquisition) -> SimulatedScan {
  let grid = acquisition.grid
  let cordTube = neck.cord
  let cord = cordTube.occupancy(on: grid, below: Neck.top)
  let canalTube = neck.canal(around: cordTube)
  let canal = canalTube.occupancy(on: grid, below: Neck.top)
  var generator = Generator(seed: acquisition.seed)
  let signals = Signals(acquisition.contrast, variation: acquisition.variation, generator: &generator)
  var textureGenerator = Generator(seed: neck.body.texture)
  let painter = Painter(
    stations: Stations(neck: neck, cord: cordTube, canal: canalTube), texture: Texture(generator: &textureGenerator),
    body: neck.body, lesions: neck.lesions, signals: signals, flow: CSFFlow(acquisition.contrast, generator: &generator))
  var image = painter.paint(grid: grid, cord: cord.whole, canal: canal.whole)
  image.blur(sd: acquisition.blur)
  let coil = Coil(strength: acquisition.coil, neck: neck, cord: cordTube, generator: &generator)
  image.finish(coil: coil, noise: Float(1 / acquisition.signalToNoise), seed: generator.next())
  return SimulatedScan(
    image: image, cord: Volume(voxels: cord.below, grid: grid), canal: Volume(voxels: canal.below, grid: grid))
}

/// A scan to train on: a random neck, half the time in a real contrast, half the time in one that does not exist.
///
/// - Parameter seed: The same seed gives the same scan.
public func trainingScan(seed: UInt64) -> SimulatedScan {
  let (neck, acquisition) = trainingAcquisition(seed: seed)
  return acquire(neck, acquisition)
}

/// Who is scanned how in ``trainingScan(seed:)``, for truth on other grids than the image's.
public func trainingAcquisition(seed: UInt64) -> (neck: Neck, acquisition: Acquisition) {
  var generator = Generator(seed: seed)
  let neck = Neck(generator: &generator, pathology: generator.chance(0.3) ? .mixed : .none)
  return (neck, .random(for: neck, generator: &generator))
}

extension Neck {
  /// Fraction of each voxel of any grid that is cord, integrated exactly; the cord ends at ``top``.
  public func cordOccupancy(on grid: Grid) -> Volume { Volume(voxels: cord.occupancy(on: grid, below: Self.top).below, grid: grid) }
}
