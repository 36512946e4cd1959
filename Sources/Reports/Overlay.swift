import Foundation
import Morphometry
import Volumes

/// A picture to judge a segmentation by: the cord lengthwise, and across at places along it.
///
/// Left, the sagittal plane through the cord: head up and anterior to the left, as radiologists show it. Each row is taken at the
/// cord's own right-left position there, so a cord that wanders stays in view. Right, slices of the image's own grid around the
/// cord, from the head down, seen from the feet: the right side of the body is on the left. The mask's color and opacity follow
/// its soft value; a thin line marks 0.5. Gray levels are windowed by what lies near the cord there.
public struct Overlay: Sendable {
  /// Written above the picture.
  public var title: String
  /// Slices shown, in two columns.
  public var slices = 8
  /// Levels that are named beside the sagittal view, each at a point of the cord, world mm.
  public var levels: [(name: String, position: SIMD3<Double>)] = []
  /// Side of a shown slice, mm.
  public var side = 50.0

  /// What is named beside the sagittal view: discs.
  public var marks: [Mark] = []

  /// A named place in the image's world, mm.
  public struct Mark: Sendable, Hashable {
    public let name: String
    public let point: SIMD3<Double>

    public init(name: String, point: SIMD3<Double>) { (self.name, self.point) = (name, point) }
  }

  public init(title: String) { self.title = title }

  /// Draws the picture.
  ///
  /// - Parameters:
  ///   - image: Any orientation, thickness and obliqueness.
  ///   - mask: Occupancy in [0, 1] on the image's grid. When no cord can be followed in it, the image's central planes are shown
  ///     with the words "no cord".
  public func picture(of image: Volume, mask: Volume) -> Picture {
    precondition(image.grid.matches(mask.grid), "image and mask must share a grid")
    let (image, mask) = (image, Volume(voxels: mask.voxels, grid: image.grid))
    return OverlayLayout(overlay: self, image: image, mask: mask).picture()
  }
}
