/// What settings need of the tables.
enum CohortTables {
  static let levels = 1...10
}
