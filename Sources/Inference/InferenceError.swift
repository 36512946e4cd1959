/// Why a scan has no segmentation.
public enum InferenceError: Error, Hashable, CustomStringConvertible {
  /// Nothing in the scan looks like cord.
  case noCord(searchedEverywhere: Bool)
  /// Something looks a little like cord, but the model is nowhere sure of it.
  case doubtful(confidence: Float, minimum: Float)
  /// There is a cord, but only if another axis of the header is taken for superior–inferior.
  case misnamedAxes(superior: String)
  /// The model's outputs are blended before they are occupancies, so that ways to look cannot be compared.
  case noUncertainty
  /// The model sees no canal.
  case noCanal

  public var description: String {
    switch self {
    case .doubtful(let confidence, let minimum):
      "no spinal cord was found in the field of view; of what resembles one most, the model is sure of \(Int(100 * confidence)) %, expected "
        + "at least \(Int(100 * minimum)) %; if it is one, --everywhere gives its mask"
    case .misnamedAxes(let axis):
      "no spinal cord runs along the header's superior–inferior axis, but something like one runs along the axis that it calls \(axis): the axes "
        + "are probably misnamed; correct the orientation in the header (sform, qform), or convert the scan again"
    case .noUncertainty:
      "this model cannot say where it does not know (its outputs are blended, not its occupancies); leave out --uncertainty"
    case .noCanal: "this model sees the cord alone; leave out --canal, or take a model with a head for the canal (softcord model canal)"
    case .noCord(searchedEverywhere: true): "no spinal cord was found in the field of view, though every voxel was looked at"
    case .noCord(searchedEverywhere: false):
      "no spinal cord was found in the field of view; if there is one, try again with --everywhere, which looks at every voxel"
    }
  }
}
