import Testing

@testable import Reports

@Suite struct AreaPlotTests {
  @Test func ticksAreRoundAndCoverTheRange() {
    #expect(Scale.ticks(from: 0, to: 87, about: 6) == [0, 20, 40, 60, 80, 100])
    #expect(Scale.ticks(from: -3, to: 3, about: 6) == [-3, -2, -1, 0, 1, 2, 3])
    #expect(Scale.ticks(from: 5, to: 5, about: 6).count >= 2)
  }

  @Test func aGapInterruptsTheLine() {
    let places = [0.0, 1, 2, 3, 9, 10, 11]
    let points = places.map { AreaPlot.Point(place: $0, value: 70, interval: 68...72, isFlagged: false) }
    let svg = AreaPlot(title: "t", horizontal: "x", vertical: "y", points: points).svg
    #expect(svg.components(separatedBy: "<polygon").count - 1 == 2)
    #expect(svg.components(separatedBy: "<circle").count - 1 == places.count)
  }

  @Test func fewPointsArePlotted() {
    for count in 0...1 {
      let points = (0..<count).map { AreaPlot.Point(place: Double($0), value: 70, interval: nil, isFlagged: true) }
      let svg = AreaPlot(title: "t", horizontal: "x", vertical: "y", points: points).svg
      #expect(svg.hasSuffix("</svg>\n") && !svg.contains("nan"))
    }
  }
}
