/// What a place in the neck is made of.
enum Tissue: Int, CaseIterable, Sendable {
  case air, skin, fat, muscle, marrow, bone, disc, ligament, csf, whiteMatter, grayMatter, artery, vein, epidural, gland, brain,
    brainGray, nerve, mucosa, cartilage, fascia

  /// MR properties at 3 T.
  struct Properties: Sendable {
    /// Relaxation times, ms.
    var t1, t2, t2star: Double
    /// Proton density, 0...1.
    var density: Double
    /// Fraction of the signal left after a magnetization-transfer pulse.
    var transfer: Double
    /// Apparent diffusion coefficient, averaged over directions, 10⁻³ mm²/s.
    var diffusion: Double
    /// Relative SD of the texture.
    var texture: Float
  }

  /// Relaxation and density: literature values at 3 T (cord, CSF, vertebra, muscle, fat, disc, bone; the rest from their
  /// nearest kin). Transfer and diffusion: typical values.
  var properties: Properties {
    switch self {
    case .air: Properties(t1: 1000, t2: 1, t2star: 1, density: 0, transfer: 1, diffusion: 0, texture: 0)
    case .skin: Properties(t1: 800, t2: 35, t2star: 12, density: 0.6, transfer: 0.7, diffusion: 1, texture: 0.2)
    case .fat: Properties(t1: 401, t2: 129, t2star: 45, density: 0.62, transfer: 0.97, diffusion: 0.1, texture: 0.14)
    case .muscle: Properties(t1: 1238, t2: 36, t2star: 27, density: 0.88, transfer: 0.62, diffusion: 1.5, texture: 0.1)
    case .marrow: Properties(t1: 618, t2: 80, t2star: 9, density: 0.45, transfer: 0.85, diffusion: 0.4, texture: 0.14)
    case .bone: Properties(t1: 223, t2: 1, t2star: 1.2, density: 0.18, transfer: 1, diffusion: 0.3, texture: 0.2)
    case .disc: Properties(t1: 1201, t2: 60, t2star: 26, density: 0.6, transfer: 0.7, diffusion: 1.2, texture: 0.12)
    case .ligament: Properties(t1: 900, t2: 15, t2star: 6, density: 0.4, transfer: 0.7, diffusion: 1, texture: 0.15)
    case .csf: Properties(t1: 5128, t2: 1420, t2star: 710, density: 1, transfer: 1, diffusion: 3, texture: 0.05)
    case .whiteMatter: Properties(t1: 857, t2: 73, t2star: 38.7, density: 0.70, transfer: 0.55, diffusion: 0.8, texture: 0.03)
    case .grayMatter: Properties(t1: 983, t2: 76, t2star: 44.4, density: 0.80, transfer: 0.6, diffusion: 0.9, texture: 0.03)
    case .artery: Properties(t1: 1100, t2: 20, t2star: 60, density: 0.9, transfer: 0.9, diffusion: 9, texture: 0.1)
    case .vein: Properties(t1: 1300, t2: 60, t2star: 40, density: 0.9, transfer: 0.9, diffusion: 6, texture: 0.1)
    case .epidural: Properties(t1: 500, t2: 100, t2star: 40, density: 0.55, transfer: 0.9, diffusion: 0.4, texture: 0.15)
    case .gland: Properties(t1: 900, t2: 65, t2star: 35, density: 0.75, transfer: 0.75, diffusion: 1.1, texture: 0.15)
    case .brain: Properties(t1: 840, t2: 72, t2star: 45, density: 0.7, transfer: 0.55, diffusion: 0.8, texture: 0.05)
    case .brainGray: Properties(t1: 1350, t2: 92, t2star: 52, density: 0.82, transfer: 0.65, diffusion: 0.85, texture: 0.06)
    case .nerve: Properties(t1: 1000, t2: 78, t2star: 40, density: 0.75, transfer: 0.65, diffusion: 1.2, texture: 0.08)
    case .mucosa: Properties(t1: 1400, t2: 95, t2star: 35, density: 0.8, transfer: 0.75, diffusion: 1.5, texture: 0.15)
    // Fat and water share the voxel: their phases cancel in a gradient echo.
    case .fascia: Properties(t1: 450, t2: 110, t2star: 8, density: 0.5, transfer: 0.9, diffusion: 0.3, texture: 0.15)
    case .cartilage: Properties(t1: 1200, t2: 40, t2star: 20, density: 0.65, transfer: 0.7, diffusion: 1.2, texture: 0.1)
    }
  }
}
