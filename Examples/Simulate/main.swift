import Cohorts

var settings = CohortSettings(seed: 7, contrasts: [.t1w, .t2w])
settings.crop = .init(side: 64, levels: [2, 3])  // mm around the cord; without it, the whole neck
let necks = Cohort(folder: "necks", settings: settings, program: .softcord)
try necks.write(people: 2, jobs: 2) { print("\(Int(100 * $0)) %") }
