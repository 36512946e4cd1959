import Numerics
import Volumes

extension Acquisition {
  /// A scan by a protocol, of the neck or in three of ten of chest or loin, that somebody cropped around the cord: 40–80 mm across,
  /// 40–90 mm along.
  ///
  /// Slices that are taken one by one are kept all, for each has its own motion.
  ///
  /// - Parameters:
  ///   - contrast: One of the protocol's.
  ///   - plan: How the whole of it would be scanned.
  ///   - neck: Whom to scan.
  static func cropped(_ contrast: Contrast, by plan: ScanProtocol, for neck: Neck, generator g: inout Generator) -> Acquisition {
    var plan = plan
    let lower = g.chance(0.3)
    if lower { plan.disc = Int(g.uniform(8, 21)) }
    plan.artefacts["inflow"] = Rate(0.35, 0.1, 1)
    // Along the cord only: the slabs of T1w and T2w end beside it.
    if plan.plane == .axial && contrast != .dwi { plan.artefacts["slabEnds"] = Rate(plan.slicewise ? 0.25 : 0.7, 0.2, 1) }
    var settings = SimulationSettings.standard
    settings.protocols[contrast.rawValue] = plan
    var result = standard(contrast, for: neck, settings: settings, generator: &g)
    let grid = result.grid
    // Where the whole scan sees the cord: the crop's middle lies beside it.
    let place = min(neck.discs[lower ? plan.disc - 1 : 3] + g.uniform(-45, 60), neck.tip)
    let middle = grid.affine.inverse(result.motion.seriesFromPerson(neck.cord.section(at: place).center))
    var (first, shape) = (SIMD3<Int>.zero, grid.shape)
    let steps = [grid.affine.x, grid.affine.y, grid.affine.z]
    for axis in 0..<3 {
      let along = abs(steps[axis].z) > 0.7 * grid.spacing[axis]
      let (extent, off) = (g.uniform(40, along ? 90 : 80), g.normal(0, 5))
      if axis == 2 && plan.slicewise { continue }
      shape[axis] = min(grid.shape[axis], max(2, Int(extent / grid.spacing[axis])))
      let wanted = Int(middle[axis] + off / grid.spacing[axis]) - shape[axis] / 2
      first[axis] = min(max(0, wanted), grid.shape[axis] - shape[axis])
    }
    result.grid = grid.box(lower: first, shape: shape)
    return result
  }

  /// A scan's whole field of view, from one like a DWI slab's to head and chest together, in voxels of some millimetres: as it is seen from afar.
  static func whole(for neck: Neck, generator g: inout Generator) -> Acquisition {
    var contrast = Contrast.named[Int(g.uniform(0, Double(Contrast.named.count)))]
    var plan = g.chance(0.7) ? ScanProtocol.standard(contrast) : .clinical(contrast, generator: &g)
    let isSagittal = plan.plane == .sagittal
    if g.chance(0.35) { contrast = .random }
    // Mostly the neck; the head with what hangs on it, chest and loin too.
    plan.disc = g.chance(0.3) ? Int(g.uniform(7, 21)) : Int(g.uniform(1, 7))
    plan.offset = 15
    let coarse = g.uniform(2.5, 4)
    for axis in 0..<3 {
      let along = isSagittal && axis == 2
      let extent = Double(plan.matrix[axis]) * plan.spacing[axis] * g.uniform(0.7, along ? 1.8 : 1.2)
      plan.spacing[axis] = max(plan.spacing[axis], coarse)
      plan.matrix[axis] = max(4, Int(extent / plan.spacing[axis]))
    }
    if g.chance(0.06) { plan.artefacts["quotient"] = Rate(1, 0.1, 1) }
    if plan.plane == .axial && contrast != .dwi { plan.artefacts["slabEnds"] = Rate(plan.slicewise ? 0.25 : 0.7, 0.2, 1) }
    var settings = SimulationSettings.standard
    settings.protocols[contrast.rawValue] = plan
    return standard(contrast, for: neck, settings: settings, generator: &g)
  }
}
