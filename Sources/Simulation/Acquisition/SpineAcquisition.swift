import Numerics
import Volumes

extension Acquisition {
  /// A scan that shows the spine beside the cord: sagittal, isotropic or axial, of any part from the head to the chest, in a real contrast
  /// or one that no scanner makes. Only some 4 cm to the sides and 11 cm from back to front are made.
  ///
  /// - Parameter neck: Whom to scan.
  public static func ofSpine(_ neck: Neck, generator g: inout Generator) -> Acquisition {
    var contrast = Contrast.named[Int(g.uniform(0, Double(Contrast.named.count)))]
    var plan = g.chance(0.5) ? ScanProtocol.standard(contrast) : .clinical(contrast, generator: &g)
    if g.chance(0.3) { contrast = .random }
    let isSagittal = plan.plane == .sagittal
    if isSagittal && g.chance(0.3) { plan.spacing = plan.spacing.map { $0 * g.uniform(0.8, 1.3) } }
    // What is smaller than the rows and cells of a strip is not seen.
    plan.spacing = zip(plan.spacing, isSagittal ? [1.6, 1, 1] : [1.2, 1.2, 1.5]).map { max($0, $1) }
    let along = isSagittal ? g.uniform(90, 330) : g.uniform(25, 140)
    let extents = [38, 116, along]
    plan.matrix = zip(extents, plan.spacing).map { max(3, Int($0 / $1)) }
    (plan.front, plan.frontOffset) = (14, 6)
    plan.disc = g.chance(0.25) ? Int(g.uniform(8, 16)) : Int(g.uniform(1, 9))
    plan.offset = 20
    var settings = SimulationSettings.standard
    settings.protocols[contrast.rawValue] = plan
    settings.fieldStrengths = [1.5, 3, 3]
    return standard(contrast, for: neck, settings: settings, generator: &g)
  }
}
