extension BIDSName {
  /// The name of something made from this scan, on its own grid, as the BIDS validator accepts it: `sub-01_space-T2w_label-SC_probseg`.
  ///
  /// A derivative may not carry `flip-` and `mt-`: they are folded into `acq-`. What a derivative says of its own space, label, ...
  /// is not handed on.
  ///
  /// - Parameters:
  ///   - entities: What is said of the result: label, segmentation, description.
  ///   - suffix: Kind of the result.
  public func derivative(_ entities: [Entity: String], suffix: String) -> BIDSName {
    var name = BIDSName(foldedEntities.merging(entities) { $1 }, suffix: suffix)
    name[.space] = entities[.space] ?? origin ?? self.suffix
    return name
  }

  /// Whether this is the name of something made from a scan: as we name it, or as the Spine Generic database does.
  public func isMade(from scan: BIDSName) -> Bool {
    let own = entities.filter { !Entity.ofDerivatives.contains($0.key) }
    if let origin { return origin == scan.suffix && own == scan.entities.filter { !Entity.ofDerivatives.contains($0.key) } }
    return entities[.space] == scan.suffix && own == scan.foldedEntities
  }

  private var foldedEntities: [Entity: String] {
    var kept = entities.filter { !Entity.ofDerivatives.contains($0.key) }
    let refused: [Entity] = [.flip, .magnetizationTransfer]
    let folded = refused.compactMap { entity in kept.removeValue(forKey: entity).map { entity.rawValue + $0 } }.joined()
    if !folded.isEmpty { kept[.acquisition] = (kept[.acquisition] ?? "") + folded }
    return kept
  }
}
