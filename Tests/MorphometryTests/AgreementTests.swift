import Morphometry
import Testing
import Volumes

@Suite struct AgreementTests {
  let grid = Grid(shape: [10, 10, 4], affine: Affine(spacing: [0.5, 0.5, 5]))

  /// A block of `value` over x < width in the given slices.
  func block(width: Int, slices: Range<Int>, value: Float = 1) -> Volume {
    var volume = Volume(repeating: 0, grid: grid)
    for z in slices { for y in 0..<10 { for x in 0..<width { volume[x, y, z] = value } } }
    return volume
  }

  @Test func equalMasksAgree() {
    let soft = block(width: 4, slices: 0..<4, value: 0.7)
    let agreement = Agreement(of: soft, with: soft)
    #expect(agreement.dice == 1 && abs(agreement.softDice - 1) < 1e-12 && agreement.volumeError == 0)
  }

  @Test func overlapByHand() {
    let agreement = Agreement(of: block(width: 4, slices: 0..<4), with: block(width: 6, slices: 0..<4))
    #expect(abs(agreement.dice - 0.8) < 1e-12)
    #expect(abs(agreement.volumeError + 1.0 / 3) < 1e-12)
  }

  @Test func disjointMasksDoNot() {
    #expect(Agreement(of: block(width: 4, slices: 0..<1), with: block(width: 4, slices: 2..<3)).dice == 0)
  }

  @Test func aHalfFaithfulMaskShowsInTheSoftScoreOnly() {
    let agreement = Agreement(of: block(width: 4, slices: 0..<4, value: 0.6), with: block(width: 4, slices: 0..<4))
    #expect(agreement.dice == 1)
    #expect(abs(agreement.softDice - 2 * 0.6 / 1.36) < 1e-6)
    #expect(abs(agreement.volumeError + 0.4) < 1e-6)
  }

  @Test func unknownSlicesAreLeftOut() {
    let (everywhere, annotated) = (block(width: 4, slices: 0..<4), block(width: 4, slices: 1..<3))
    #expect(Agreement(of: everywhere, with: annotated, partial: true).dice == 1)
    #expect(abs(Agreement(of: everywhere, with: annotated).dice - 2.0 / 3) < 1e-12)
  }
}
