import Foundation
import Levels
import Numerics

extension LevelExample {
  /// The same seen otherwise: another window, size, intensities, noise.
  ///
  /// - Parameter rows: Longest window.
  func changed(rows: Int, generator g: inout Generator) -> LevelExample {
    var result = self
    if g.chance(0.7) { result.redrawDiscs(generator: &g) }
    if g.chance(0.6) { result.stretch(by: exp(g.normal(0, 0.06))) }
    result.keepWindow(rows: rows, generator: &g)
    result.shiftCells(by: Int(g.normal(0, 1.5).rounded()))
    if g.chance(0.25) { result.narrowView(generator: &g) }
    if g.chance(0.5) { result.mirror() }
    if g.chance(0.3) { result.blur(generator: &g) }
    result.changeIntensities(generator: &g)
    return result
  }

  /// Rows that read between the old ones.
  private mutating func stretch(by factor: Double) {
    let (rows, cells) = (strip.rows, SpineStrip.cells)
    let count = max(1, Int(Double(rows) * factor))
    var values = [Float](repeating: .nan, count: SpineStrip.sheets * count * cells)
    for sheet in 0..<SpineStrip.sheets {
      for row in 0..<count {
        let place = min(max((Double(row) + 0.5) / factor - 0.5, 0), Double(rows - 1))
        let (low, share) = (Int(place), Float(place - place.rounded(.down)))
        let (a, b) = ((sheet * rows + low) * cells, (sheet * rows + min(low + 1, rows - 1)) * cells)
        let target = (sheet * count + row) * cells
        for cell in 0..<cells {
          values[target + cell] =
            share == 0 ? strip.values[a + cell] : strip.values[a + cell] * (1 - share) + strip.values[b + cell] * share
        }
      }
    }
    strip = SpineStrip(firstPlace: 0, values: values)
    boundaries = boundaries.map { ($0 + 0.5) * factor - 0.5 }
  }

  private mutating func keepWindow(rows longest: Int, generator g: inout Generator) {
    let rows = strip.rows
    var length = min(rows, longest)
    if g.chance(0.35) { length = max(min(16, length), Int(g.uniform(0.2, 1) * Double(length))) }
    let first = Int(g.uniform(0, Double(rows - length + 1)))
    let cells = SpineStrip.cells
    var values: [Float] = []
    for sheet in 0..<SpineStrip.sheets {
      let start = (sheet * rows + first) * cells
      values += strip.values[start..<start + length * cells]
    }
    strip = SpineStrip(firstPlace: 0, values: values)
    boundaries = boundaries.map { $0 - Double(first) }
  }

  private mutating func shiftCells(by shift: Int) {
    guard shift != 0 else { return }
    let (cells, old) = (SpineStrip.cells, strip.values)
    for offset in strip.values.indices {
      let cell = offset % cells - shift
      strip.values[offset] = (0..<cells).contains(cell) ? old[offset - shift] : .nan
    }
    edges = edges.map { $0 + Double(shift) }
  }

  /// Discs as real scans show them more clearly than simulated ones: dark rims around a bright or dark core, slanted, each a little different.
  private mutating func redrawDiscs(generator g: inout Generator) {
    let seen = strip.values.filter { !$0.isNaN }
    guard seen.count > 100 else { return }
    let mean = seen.reduce(0, +) / Float(seen.count)
    let spread = (seen.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(seen.count)).squareRoot()
    let (core, rim) = (Float(g.normal(0.3, 0.9)), Float(-abs(g.normal(0.8, 0.6))))
    let (height, width, slant) = (g.uniform(1.2, 3), g.uniform(0.6, 1.3), g.normal(0.1, 0.1))
    for disc in 3..<boundaries.count where boundaries[disc] > -6 && boundaries[disc] < Double(strip.rows) + 6 {
      let own = (core: (core + Float(g.normal(0, 0.4))) * spread, rim: rim * Float(exp(g.normal(0, 0.3))) * spread)
      guard !g.chance(0.06) else { continue }
      draw(
        disc, core: own.core, rim: own.rim, height: height * exp(g.normal(0, 0.15)), width: width, slant: slant + g.normal(0, 0.06),
        depth: (disc > 8 ? 17 + 0.8 * Double(disc - 8) : 15) * exp(g.normal(0, 0.08)))
    }
  }

  private mutating func draw(_ disc: Int, core: Float, rim: Float, height: Double, width: Double, slant: Double, depth: Double) {
    let (rows, cells) = (strip.rows, SpineStrip.cells)
    let middle = boundaries[disc]
    let (first, last) = (max(0, Int(middle - 9)), min(rows - 1, Int(middle + 14)))
    guard first <= last else { return }
    for cell in max(0, Int(edges[disc]))..<min(cells, max(0, Int(edges[disc] + depth)) + 1) {
      let front = Double(cell) - edges[disc]
      // Soft at both ends.
      let fade = Float(min(max(front / 1.5 + 0.5, 0), 1) * min(max((depth - front) / 2, 0), 1))
      for row in first...last {
        let away = abs(Double(row) - middle - slant * front)
        let (inner, outer) = (exp(-0.5 * pow(away / (0.6 * height), 4)), exp(-0.5 * pow((away - height) / width, 2)))
        let change = fade * (core * Float(inner) + rim * Float(outer))
        for sheet in 0..<SpineStrip.sheets { strip.values[(sheet * rows + row) * cells + cell] += change }
      }
    }
  }

  /// A field of view that ends soon in front or behind, or leaves out a side.
  private mutating func narrowView(generator g: inout Generator) {
    let cells = SpineStrip.cells
    let (front, back) = (g.chance(0.7) ? Int(g.uniform(30, 64)) : cells, g.chance(0.3) ? Int(g.uniform(0, 16)) : 0)
    let lost = g.chance(0.3) ? Int(g.uniform(0, 3)) : -1
    let plane = strip.rows * cells
    for offset in strip.values.indices where offset % cells >= front || offset % cells < back || offset / plane == lost {
      strip.values[offset] = .nan
    }
  }

  private mutating func mirror() {
    let plane = strip.rows * SpineStrip.cells
    let last = SpineStrip.sheets - 1
    let old = strip.values
    for sheet in 0...last {
      strip.values.replaceSubrange(sheet * plane..<(sheet + 1) * plane, with: old[(last - sheet) * plane..<(last - sheet + 1) * plane])
    }
  }

  /// As thick slices or coarse pixels blur, along the rows or the cells.
  private mutating func blur(generator g: inout Generator) {
    let (rows, cells) = (strip.rows, SpineStrip.cells)
    let along = g.chance(0.5)
    let reach = Int(g.uniform(1, along ? 4 : 3))
    let (stride, count) = along ? (cells, rows) : (1, cells)
    let old = strip.values
    for offset in old.indices where !old[offset].isNaN {
      let index = along ? offset / cells % rows : offset % cells
      var (sum, number) = (Float(0), Float(0))
      for step in max(-reach, -index)...min(reach, count - 1 - index) {
        let value = old[offset + step * stride]
        if !value.isNaN { (sum, number) = (sum + value, number + 1) }
      }
      strip.values[offset] = sum / number
    }
  }

  private mutating func changeIntensities(generator g: inout Generator) {
    let seen = strip.values.filter { !$0.isNaN }
    guard let low = seen.min(), let high = seen.max(), high > low else { return }
    let (rows, cells) = (Float(strip.rows), SpineStrip.cells)
    let curve = g.chance(0.5) ? Float(exp(g.normal(0, 0.4))) : 1
    let inverted = g.chance(0.12)
    // A random curve through the range, as of a sequence that nobody has heard of.
    let waves = g.chance(0.25) ? (Float(g.normal(0, 0.12)), Float(g.normal(0, 0.08))) : (0, 0)
    let shade = (0..<4).map { _ in Float(g.normal(0, g.chance(0.5) ? 0.6 : 0.1)) }
    let noise = g.chance(0.4) ? Float(exp(g.uniform(log(0.01), log(0.15)))) : 0
    let width = strip.rows * cells
    for offset in strip.values.indices where !strip.values[offset].isNaN {
      var x = pow(max((strip.values[offset] - low) / (high - low), 0), curve)
      x += waves.0 * sin(2 * .pi * x) + waves.1 * sin(4 * .pi * x)
      if inverted { x = 1 - x }
      let (row, cell) = (Float(offset % width / cells) / rows - 0.5, Float(offset % cells) / Float(cells) - 0.5)
      x *= exp(shade[0] * row + shade[1] * cell + shade[2] * (row * row - 0.08) * 3 + shade[3] * row * cell)
      strip.values[offset] = x
    }
    guard noise > 0 else { return }
    for offset in strip.values.indices where !strip.values[offset].isNaN { strip.values[offset] += noise * g.normalPair().0 }
  }
}
