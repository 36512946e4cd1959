import Datasets
import Numerics
import Simulation

/// One scan of one person: what it is called and how the person is seen in it.
struct Series {
  /// `sub-001`.
  let person: String
  let neck: Neck
  let acquisition: Acquisition
  let sight: Sight
  /// Chance of the hand that draws its mask; `nil` where nobody does.
  let hand: Generator?

  init(person: String, neck: Neck, acquisition: Acquisition, hand: Generator? = nil) {
    (self.person, self.neck, self.acquisition, self.hand) = (person, neck, acquisition, hand)
    sight = Sight(of: neck, by: acquisition)
  }

  /// Name in the raw data set.
  var name: BIDSName {
    BIDSName(acquisition.contrast == .random ? "\(person)_acq-random_T1w" : "\(person)_\(acquisition.contrast.rawValue)")!
  }

  /// From the root of the data set, without extension.
  var path: String { "\(person)/\(name.datatype)/\(name)" }
}
