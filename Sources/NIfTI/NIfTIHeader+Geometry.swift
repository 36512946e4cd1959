import Volumes

extension NIfTIHeader {
  /// The grid of the voxels in RAS+ mm: from the sform, else the qform, else the voxel sizes.
  ///
  /// - Returns: The grid, and notes on what had to be chosen.
  func grid(path: String) throws(NIfTIError) -> (Grid, notes: [String]) {
    var notes: [String] = []
    let (source, stored): (String, Affine?) =
      sformCode > 0 ? ("sform", sform) : qformCode > 0 ? ("qform", qform) : ("pixdim", withoutForms)
    guard var affine = stored else {
      throw .affine(path: path, source: source, reason: "quaternion \(quaternion) is not of unit length")
    }
    if shape.z == 1, !(affine.z.length > 0) {
      affine.z = affine.x.cross(affine.y).normalized
      notes.append("one slice without thickness: 1 assumed")
    }
    affine = affine.scaled(by: millimetersPerUnit)
    if millimetersPerUnit != 1 { notes.append("lengths in the file are in units of \(millimetersPerUnit) mm, converted to mm") }
    if let flaw = affine.flaw { throw .affine(path: path, source: source, reason: flaw) }

    if source == "pixdim" { notes.append("no orientation in the file (sform and qform codes are 0): LAS assumed, as nibabel does") }
    let grid = Grid(shape: shape, affine: affine)
    if source == "sform", qformCode > 0, let other = qform?.scaled(by: millimetersPerUnit), other.flaw == nil {
      let difference = grid.distance(to: Grid(shape: shape, affine: other))
      if difference > 0.1 * grid.spacing.min() {
        notes.append("sform and qform differ by up to \((difference * 100).rounded() / 100) mm; the sform is used")
      }
    }
    return (grid, notes)
  }

  /// The qform's affine in stored units; `nil` unless the quaternion is of unit length.
  var qform: Affine? {
    guard let axes = Quaternion(stored: quaternion)?.axes else { return nil }
    let steps = axisSteps
    return Affine(
      x: axes.x * steps.x, y: axes.y * steps.y, z: axes.z * steps.z * (pixdim[0] < 0 ? -1 : 1), origin: quaternionOffset)
  }

  /// An affine from the voxel sizes alone: x towards the left and the origin at the center, as in nibabel.
  private var withoutForms: Affine {
    let steps = axisSteps * [-1, 1, 1]
    return Affine(spacing: steps, origin: -steps * (SIMD3<Double>(shape) - 1) / 2)
  }

  private var axisSteps: SIMD3<Double> { [abs(pixdim[1]), abs(pixdim[2]), abs(pixdim[3])] }
}

extension Affine {
  /// Why this is no affine of a voxel grid; `nil` where it is.
  public var flaw: String? {
    let lengths = [x.length, y.length, z.length]
    let plausible = 1e-6...1e6  // mm; a voxel is neither smaller than an atom's neighborhood nor larger than a city
    for (name, length) in zip(["x", "y", "z"], lengths) where !plausible.contains(length) {
      return "a step along \(name) measures \(length) mm"
    }
    guard origin.length <= 1e9 else { return "its origin is \(origin)" }
    // Beyond 60° between axes (a gantry is tilted by 30° at most) the sides that axes point to become ambiguous.
    let axes = directions
    let cosines = [axes[0].dot(axes[1]), axes[1].dot(axes[2]), axes[2].dot(axes[0])]
    let largest = cosines.map(abs).max()!
    if largest > 0.5 { return "two axes are nearly parallel (the cosine of their angle is \(largest), at most 0.5 is expected)" }
    let volume = abs(determinant) / lengths.reduce(1, *)
    if volume < 0.1 { return "its three axes lie in one plane" }
    return nil
  }

  /// The largest difference between two affines' numbers.
  func difference(to other: Affine) -> Double {
    [x - other.x, y - other.y, z - other.z, origin - other.origin].map { max(abs($0.x), abs($0.y), abs($0.z)) }.max()!
  }
}

extension Grid {
  /// The largest distance between the corners of two grids of one shape, mm.
  func distance(to other: Grid) -> Double {
    let far = SIMD3<Double>(shape) - 1
    return (0..<8).map { corner in
      let index = far * SIMD3(Double(corner & 1), Double(corner >> 1 & 1), Double(corner >> 2))
      return (world(index) - other.world(index)).length
    }.max()!
  }
}
