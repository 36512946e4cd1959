/// Size of the cord and of the dural canal in the population, by vertebral level.
///
/// C1–T3: mean over 203 healthy adults of the Spine Generic multi-subject database (T2w 0.8 mm), as measured with the
/// Spinal Cord Toolbox. T4 and below: T5 and further means of the same source, held constant. Spacing of the levels along
/// the cord: PAM50 template. The brainstem rows are plain anatomy, not statistics.
enum Population {
  /// Names of vertebral levels 1, 2, ….
  static let levels = ["C1", "C2", "C3", "C4", "C5", "C6", "C7", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8"]
  /// Distance between the discs above and below each vertebra along the cord, mm.
  static let heights = [22.5, 15.5, 18.5, 18, 16.5, 15.5, 17, 21.5, 22.5, 23, 23.5, 25, 25.5, 26, 26.5]
  /// Cord diameters, mm.
  static let cordAP = [8.27, 7.76, 7.59, 7.62, 7.47, 7.07, 6.56, 6.29, 6.06, 5.80, 5.75, 5.7, 5.7, 5.7, 5.7]
  static let cordRL = [11.36, 11.73, 12.14, 12.93, 13.03, 12.44, 10.94, 9.41, 8.69, 8.20, 8.0, 7.85, 7.8, 7.8, 7.8]
  /// Diameters of the dural canal, mm.
  static let canalAP = [16.1, 14.5, 13.1, 12.8, 12.8, 12.6, 12.8, 12.9, 12.7, 12.6, 12.6, 12.6, 12.6, 12.6, 12.6]
  static let canalRL = [23.2, 22.2, 20.8, 21.0, 21.2, 20.7, 19.7, 18.0, 16.1, 15.2, 15.0, 15.0, 15.0, 15.0, 15.0]
  /// Relative SD over people: of the cord's area, of its RL/AP ratio, and of the canal's area.
  static let (areaSD, shapeSD, canalSD) = (0.098, 0.08, 0.14)
  /// Above C1: position along the cord from C1's top (mm, negative is up), RL and AP of the brainstem, RL and AP of the
  /// cisterns around it.
  static let brainstem: [(s: Double, rl: Double, ap: Double, canalRL: Double, canalAP: Double)] = [
    (-110, 34, 26, 46, 36), (-85, 32, 20, 46, 34), (-70, 29, 19, 44, 32), (-56, 31, 25, 43, 33), (-43, 29, 24, 41, 33),
    (-33, 22, 17, 38, 30), (-24, 16.5, 12.5, 34, 27), (-14, 13.6, 10.4, 29, 22), (-5, 11.9, 9.0, 25, 18),
  ]
}
