import Numerics

/// Build of the body around the cord: what differs between people beyond the cord and its canal.
public struct Body: Sendable, Codable {
  /// Size of the neck and of the bones relative to the mean.
  var girth, bones: Double
  /// Thickness of the fat under the skin behind and in front, mm.
  var fatBack, fatFront: Double
  /// Share of fat in the muscles, 0...1.
  var fattiness: Double
  /// Half height of each disc relative to the mean, and signal of degeneration 0...1, by disc number from 1.
  var discHeight, discAge: [Double]
  /// Vessels: place and radius factors, right and left.
  var arteries, veins, vertebralArteries: [Double]
  /// How much of the neck is muscle planes drawn by fat: phase and width.
  var fascia: Double
  /// Shift of the throat to the right, mm.
  var throat: Double
  /// Where shoulders and jaw begin along s, mm.
  var shoulders, jaw: Double
  /// How far the denticulate ligament's seam reaches out from both sides of the cord, mm; 0 leaves its teeth alone.
  var seam = 0.0
  /// Slanted, worn and fused discs; `nil`: all are plain.
  var wear: SpineWear?
  /// Seed of the textures.
  var texture: UInt64

  init(generator g: inout Generator) {
    girth = g.normal(1, 0.1)
    bones = g.normal(1, 0.06)
    fatBack = g.uniform(3, 16)
    fatFront = g.uniform(2, 7)
    fattiness = g.uniform(0.05, 0.6)
    discHeight = (0..<Population.varied).map { _ in g.chance(0.25) ? g.uniform(0.4, 0.8) : g.uniform(0.8, 1.15) }
    discAge = (0..<Population.varied).map { _ in g.uniform(0, 1) }
    arteries = (0..<2).map { _ in g.uniform(0.8, 1.25) }
    veins = (0..<2).map { _ in g.uniform(0.5, 1.5) }
    vertebralArteries = (0..<2).map { _ in g.uniform(0.6, 1.3) }
    fascia = g.uniform(0.6, 1.4)
    throat = g.normal(0, 2)
    shoulders = g.normal(112, 10)
    jaw = g.normal(30, 9)
    texture = g.next()
  }
}
