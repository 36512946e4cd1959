import Reports
import Tensors
import Volumes

/// Augmented samples side by side, to be looked at before a long run: a plane from the side and one across each, with the label's edge.
enum SampleSheet {
  private static let gap = 6
  private static let edge = Color(255, 90, 60)

  /// - Parameters:
  ///   - images: [N, 1, X, Y, Z], any intensities.
  ///   - labels: Occupancy, same shape.
  ///   - orientation: Of their axes.
  /// - Returns: One column a sample: above its middle sagittal plane, below the axial one, through the label's middle; head and front up.
  static func picture(images: Tensor, labels: Tensor, orientation: Orientation = .ras, scale: Int = 3) throws -> Picture {
    let (images, labels) = (try upright(images, orientation), try upright(labels, orientation))
    let shape = images.shape
    let (x, y, z) = (shape[2], shape[3], shape[4])
    let (image, label) = (try images.to(.cpu).contiguous().floats(), try labels.to(.cpu).contiguous().floats())
    let (width, heights) = (max(x, y) * scale, (z * scale, y * scale))
    var sheet = Picture(
      width: shape[0] * (width + gap) + gap, height: heights.0 + heights.1 + 3 * gap, color: Color(gray: 0.2))
    for sample in 0..<shape[0] {
      let start = sample * x * y * z
      func at(_ values: [Float], _ i: Int, _ j: Int, _ k: Int) -> Float { values[start + (i * y + j) * z + k] }
      let range = image[start..<start + x * y * z]
      let sorted = range.sorted()
      let (low, high) = (sorted[sorted.count / 100], sorted[sorted.count - 1 - sorted.count / 100])
      let middle = center(Array(label[start..<start + x * y * z]), x, y, z)
      func gray(_ value: Float) -> Color { Color(gray: (value - low) / max(high - low, 1e-6)) }
      let left = gap + sample * (width + gap)
      draw(&sheet, left, gap, y, z, scale) { j, k in
        (gray(at(image, middle.0, j, z - 1 - k)), at(label, middle.0, j, z - 1 - k))
      }
      draw(&sheet, left, 2 * gap + heights.0, x, y, scale) { i, j in
        (gray(at(image, i, y - 1 - j, middle.2)), at(label, i, y - 1 - j, middle.2))
      }
    }
    return sheet
  }

  /// The same voxels along right, front and head.
  private static func upright(_ values: Tensor, _ orientation: Orientation) throws -> Tensor {
    let back = orientation.axes.indices.filter { orientation.axes[$0].sign < 0 }.map { $0 + 2 }
    let order = (0..<3).map { world in orientation.axes.firstIndex { $0.axis == world }! + 2 }
    return try (back.isEmpty ? values : values.flipped(dims: back)).permuted([0, 1] + order).contiguous()
  }

  /// A plane; pixels whose neighbours lie on the other side of one half are the edge.
  private static func draw(
    _ sheet: inout Picture, _ left: Int, _ top: Int, _ columns: Int, _ rows: Int, _ scale: Int,
    _ value: (Int, Int) -> (gray: Color, label: Float)
  ) {
    for row in 0..<rows {
      for column in 0..<columns {
        let here = value(column, row)
        sheet.fill(x: left + column * scale, y: top + row * scale, width: scale, height: scale, here.gray)
        let inside = here.label > 0.5
        if column + 1 < columns, (value(column + 1, row).label > 0.5) != inside {
          sheet.fill(x: left + (column + 1) * scale - 1, y: top + row * scale, width: 1, height: scale, edge)
        }
        if row + 1 < rows, (value(column, row + 1).label > 0.5) != inside {
          sheet.fill(x: left + column * scale, y: top + (row + 1) * scale - 1, width: scale, height: 1, edge)
        }
      }
    }
  }

  /// Center of mass of a label; the middle of the patch where it is empty.
  private static func center(_ label: [Float], _ x: Int, _ y: Int, _ z: Int) -> (Int, Int, Int) {
    var (sum, i, j, k) = (0.0, 0.0, 0.0, 0.0)
    for offset in label.indices where label[offset] > 0 {
      let weight = Double(label[offset])
      sum += weight
      i += weight * Double(offset / (y * z))
      j += weight * Double(offset / z % y)
      k += weight * Double(offset % z)
    }
    return sum > 0 ? (Int(i / sum), Int(j / sum), Int(k / sum)) : (x / 2, y / 2, z / 2)
  }
}
