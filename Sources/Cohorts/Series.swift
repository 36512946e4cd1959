import Datasets
import Simulation

/// One scan of one person: what it is called and how the person is seen in it.
struct Series {
  /// `sub-001`.
  let person: String
  let neck: Neck
  let acquisition: Acquisition
  let sight: Sight

  init(person: String, neck: Neck, acquisition: Acquisition) {
    (self.person, self.neck, self.acquisition) = (person, neck, acquisition)
    sight = Sight(of: neck, by: acquisition)
  }

  /// Name in the raw data set.
  var name: BIDSName {
    BIDSName(acquisition.contrast == .random ? "\(person)_acq-random_T1w" : "\(person)_\(acquisition.contrast.rawValue)")!
  }

  /// From the root of the data set, without extension.
  var path: String { "\(person)/\(name.datatype)/\(name)" }
}
