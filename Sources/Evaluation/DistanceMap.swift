import Volumes

/// Exact Euclidean distances from every voxel of a box to the nearest of some of its voxels.
struct DistanceMap {
  /// Distances between voxel centers, mm; x fastest. Infinite where the box has no such voxel.
  let distances: [Double]

  /// - Parameters:
  ///   - features: Whether a voxel is one that distances go to; x fastest.
  ///   - shape: Of the box.
  ///   - spacing: Size of a voxel, mm.
  ///
  /// Source: Felzenszwalb and Huttenlocher 2012, doi:10.4086/toc.2012.v008a019: one axis after the other, each in linear time.
  init(to features: [Bool], shape: SIMD3<Int>, spacing: SIMD3<Double>) {
    var squares = features.map { $0 ? 0 : Double.infinity }
    let strides = [1, shape.x, shape.x * shape.y]
    for axis in 0..<3 {
      let (length, stride) = (shape[axis], strides[axis])
      var (line, result) = ([Double](repeating: 0, count: length), [Double](repeating: 0, count: length))
      var (vertices, borders) = ([Int](repeating: 0, count: length), [Double](repeating: 0, count: length + 1))
      for start in squares.indices where start / stride % length == 0 {
        for i in 0..<length { line[i] = squares[start + i * stride] }
        Self.transform(line, spacing[axis], &result, &vertices, &borders)
        for i in 0..<length { squares[start + i * stride] = result[i] }
      }
    }
    distances = squares.map { $0.squareRoot() }
  }

  /// The lower envelope of parabolas that stand on the values of a line.
  private static func transform(
    _ line: [Double], _ spacing: Double, _ result: inout [Double], _ vertices: inout [Int], _ borders: inout [Double]
  ) {
    var last = -1
    for q in line.indices where line[q].isFinite {
      let place = Double(q) * spacing
      var border = -Double.infinity
      while last >= 0 {
        let other = Double(vertices[last]) * spacing
        border = ((line[q] + place * place) - (line[vertices[last]] + other * other)) / (2 * (place - other))
        if border > borders[last] { break }
        last -= 1
      }
      if last < 0 { border = -.infinity }
      last += 1
      (vertices[last], borders[last]) = (q, border)
    }
    guard last >= 0 else {
      for i in line.indices { result[i] = .infinity }
      return
    }
    var k = 0
    for q in line.indices {
      while k < last, borders[k + 1] < Double(q) * spacing { k += 1 }
      let offset = Double(q - vertices[k]) * spacing
      result[q] = offset * offset + line[vertices[k]]
    }
  }
}
