// swift-format-ignore-file: AlwaysUseLowerCamelCase
// C functions have the names of softcord.h.

import CSoftCord
import Cohorts
import Datasets
import Simulation

@c @implementation public func softcord_simulate(
  _ folder: UnsafePointer<CChar>!, _ options: OpaquePointer!, _ progress: softcord_progress!, _ context: UnsafeMutableRawPointer!
) -> softcord_status {
  attempt {
    guard let folder else { throw InterfaceError.null("folder") }
    let read = try OptionReader(options, known: ["subjects", "seed", "contrasts", "pathology", "side", "levels", "raters", "jobs"])
    var settings = try CohortSettings(read)
    if let contrasts = try read.value("contrasts", expected: "some of \(allContrasts), by commas", contrasts(named:)) {
      settings.contrasts = contrasts
    }
    if try read.flag("raters") { settings.raters = true }
    let told = Progress(progress, context)
    try Cohort(folder: String(cString: folder), settings: settings, program: .softcord).write(
      people: try read.integer("subjects", 1...100_000) ?? 1, jobs: try read.integer("jobs", 1...1024) ?? 1
    ) { told.tell($0) }
  }
}

@c @implementation public func softcord_simulate_scan(
  _ options: OpaquePointer!, _ scan: UnsafeMutablePointer<OpaquePointer?>!, _ truth: UnsafeMutablePointer<OpaquePointer?>!
) -> softcord_status {
  attempt {
    guard let scan else { throw InterfaceError.null("scan") }
    let read = try OptionReader(options, known: ["person", "seed", "contrast", "pathology", "side", "levels"])
    let contrast = try read.choice("contrast", of: Contrast.self) ?? .t2w
    var settings = try CohortSettings(read)
    settings.contrasts = [contrast]
    try settings.validate()
    let person = try read.integer("person", 1...100_000) ?? 1
    let cohort = Cohort(folder: "", settings: settings, program: .softcord)
    let neck = cohort.neck(of: person)
    let simulated = acquire(neck, cohort.acquisition(of: neck, person: person, contrast), settings: settings.simulation)
    let name = "\(Cohort.name(of: person))_\(contrast.rawValue)"
    scan.pointee = handle(Image(name: name, volume: simulated.image))
    truth?.pointee = handle(Image(name: "\(name)_truth", volume: simulated.cord))
  }
}

private var allContrasts: String { Contrast.allCases.map(\.rawValue).joined(separator: ", ") }

/// Contrasts by their names, each once; `nil` where one is none.
private func contrasts(named list: String) -> [Contrast]? {
  let named = list.split(separator: ",").map { Contrast(rawValue: String($0)) }
  let known = named.compactMap(\.self)
  return known.isEmpty || known.count < named.count || Set(known).count < known.count ? nil : known
}

extension CohortSettings {
  /// What the options that a data set and a single scan share ask for.
  fileprivate init(_ read: OptionReader) throws {
    self.init()
    if let seed = try read.value("seed", expected: "a whole number, 0 or more", UInt64.init) { self.seed = seed }
    if let pathology = try read.choice("pathology", of: Pathology.self) { setPathology(pathology) }
    let levels = try read.levels("levels")
    if let side = try read.number("side", 1...1000) {
      crop = Crop(side: side, levels: levels.map { [$0.lowerBound, $0.upperBound] })
    } else if levels != nil {
      throw InterfaceError.contradiction("levels needs side")
    }
  }
}
