import Foundation
import Numerics

/// What spoils an image, each as a strength: 0 is off, 1 is about the worst that a reader would still accept.
///
/// Image and truth agree under all of them: where an artefact moves the cord in the image, the truth moves with it. Where
/// it only hides the cord (drop-out, voids, missing slices), the truth keeps the hidden cord.
public struct Artefacts: Sendable, Hashable, Codable {
  /// Ringing beside edges, because k-space ends: at 1, two thirds of it were sampled.
  public var ringing = 0.0
  /// Copies of the whole neck along the phase encoding: breathing, swallowing.
  public var ghosting = 0.0
  /// Copies of the CSF and uneven CSF: it moves with the heart.
  public var pulsation = 0.0
  /// Dark patches in fast CSF.
  public var flowVoids = 0.0
  /// Shift along the phase encoding by an uneven field, as in echo-planar images, with pile-up and stretching.
  public var distortion = 0.0
  /// Patches of lost signal by an uneven field.
  public var dropOut = 0.0
  /// An implant in the spine: a void, with shifts along the frequency encoding around it.
  public var metal = 0.0
  /// Slices that differ in brightness.
  public var unevenSlices = 0.0
  /// Share of slices without signal, up to a fifth; single slices and thin stacks keep theirs.
  public var missingSlices = 0.0
  /// Share of slices that show their predecessor again, up to a fifth.
  public var duplicatedSlices = 0.0
  /// Lines of radio interference across the image.
  public var zipper = 0.0
  /// Smoothing of the finished image, noise included: at 1, by a Gaussian of SD 1 mm.
  public var smoothing = 0.0
  /// CSF whose signal swings along the cord, even below the cord's own: how fresh it flows into the slab.
  public var inflow = 0.0
  /// Slices towards the ends of the slab whose contrast comes closer to proton density, and on which the other end is folded.
  public var slabEnds = 0.0
  /// Noise of any brightness where there is no signal, as in quotients of images (MP2RAGE's uniform image, relaxation maps): at 1, up to the brightest tissue.
  public var quotient = 0.0

  /// No artefact.
  public static let none = Artefacts()

  /// All strengths zero.
  public init() {}

  /// Names and places of all strengths, in the order of their declaration.
  public static var all: [(name: String, path: WritableKeyPath<Artefacts, Double> & Sendable)] {
    [
      ("ringing", \.ringing), ("ghosting", \.ghosting), ("pulsation", \.pulsation), ("flowVoids", \.flowVoids),
      ("distortion", \.distortion), ("dropOut", \.dropOut), ("metal", \.metal), ("unevenSlices", \.unevenSlices),
      ("missingSlices", \.missingSlices), ("duplicatedSlices", \.duplicatedSlices), ("zipper", \.zipper), ("smoothing", \.smoothing),
      ("inflow", \.inflow), ("slabEnds", \.slabEnds), ("quotient", \.quotient),
    ]
  }
}

extension Acquisition {
  /// Streams of an acquisition's seed, one for each thing that is drawn.
  enum Stream {
    static let motion: UInt64 = 1, distortion: UInt64 = 2, slices: UInt64 = 3, ghosts: UInt64 = 4, zipper: UInt64 = 5
    static let signals: UInt64 = 6, field: UInt64 = 7, noise: UInt64 = 8, slab: UInt64 = 9, quotient: UInt64 = 10
  }

  /// For every slice, the slice whose place it shows: itself, or its predecessor where it is a duplicate.
  var shownSlices: [Int] {
    var generator = Generator(seed: seed, stream: Stream.slices)
    return (0..<grid.shape.z).map { slice in
      let duplicate = generator.chance(0.2 * artefacts.duplicatedSlices)
      return duplicate && slice > 0 ? slice - 1 : slice
    }
  }

  /// Whether every slice shows its own place and lies where the others lie.
  var isStill: Bool { !motion.hasJumps && artefacts.duplicatedSlices == 0 }

  /// The factor of every slice: uneven excitation, and none at all where a slice is missing.
  var sliceFactors: [Float] {
    var generator = Generator(seed: seed, stream: Stream.slices, 1)
    return (0..<grid.shape.z).map { slice in
      let uneven = exp(artefacts.unevenSlices * ((slice % 2 == 0 ? 0.08 : -0.08) + generator.normal(0, 0.12)))
      return generator.chance(grid.shape.z > 4 ? 0.2 * artefacts.missingSlices : 0) ? 0.02 : Float(uneven)
    }
  }
}
