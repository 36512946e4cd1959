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
  /// Session of a data set with visits: `ses-01`.
  let session: String?
  /// Chance of the hand that draws its mask; `nil` where nobody does.
  let hand: Generator?

  init(person: String, neck: Neck, acquisition: Acquisition, session: String? = nil, hand: Generator? = nil) {
    (self.person, self.neck, self.acquisition, self.session, self.hand) = (person, neck, acquisition, session, hand)
    sight = Sight(of: neck, by: acquisition)
  }

  /// Name in the raw data set.
  var name: BIDSName {
    let start = session.map { "\(person)_\($0)" } ?? person
    return BIDSName(acquisition.contrast == .random ? "\(start)_acq-random_T1w" : "\(start)_\(acquisition.contrast.rawValue)")!
  }

  /// From the root of the data set, without extension.
  var path: String { "\(person)/\(place)/\(name)" }

  /// Folder of its files in the person's folder: `anat`, `ses-01/anat`.
  var place: String { session.map { "\($0)/\(name.datatype)" } ?? "\(name.datatype)" }
}
