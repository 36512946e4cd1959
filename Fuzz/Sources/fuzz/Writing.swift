import CPNG
import Files
import Foundation
import Reports

/// A picture of any size and content, as PNG; libpng reads the same pixels from it.
@Sendable func drawPicture(_ bytes: Data) {
  guard bytes.count >= 5 else { return }
  var picture = Picture(width: Int(bytes[0]) + 1, height: Int(bytes[1]) % 64 + 1, color: Color(bytes[2], bytes[3], bytes[4]))
  let rest = bytes.dropFirst(5)
  for (place, byte) in rest.enumerated() {
    picture.blend(Color(gray: Float(byte) / 255), at: Int(byte) * 7 % 300 - 20, place % 70 - 3, opacity: Float(byte) / 128 - 0.5)
  }
  picture.write(
    String(decoding: rest, as: UTF8.self), x: Int(bytes[2]) - 128, y: Int(bytes[3]) - 128, scale: Int(bytes[4]) % 4, shadow: true)
  guard let png = try? picture.png() else { preconditionFailure("a picture of \(picture.width) x \(picture.height) was refused") }
  var pixels = [UInt8](repeating: 0, count: picture.bytes.count)
  png.withUnsafeBytes { png in
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    precondition(png_image_begin_read_from_memory(&image, png.baseAddress, png.count) != 0, "the picture cannot be read")
    precondition(Int(image.width) == picture.width && Int(image.height) == picture.height, "the picture has another size")
    image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
    precondition(png_image_finish_read(&image, nil, &pixels, 0, nil) != 0, "the picture cannot be read")
  }
  precondition(pixels == picture.bytes, "the picture has other pixels")
}

/// Cells with any text, as a table of each format; JSON gives the same texts back.
@Sendable func writeTable(_ bytes: Data) {
  let texts = String(decoding: bytes, as: UTF8.self).split(separator: "|", omittingEmptySubsequences: false).map(String.init)
  var table = Table(columns: [.init("text", "Any text"), .init("count", "Its length"), .init("number", "Any number", unit: "mm")])
  for text in texts { table.append([.text(text), .integer(text.count), Double(text).map { .number($0) } ?? .missing]) }
  for format in TableFormat.allCases { _ = table.formatted(as: format) }
  let json = try? JSONSerialization.jsonObject(with: Data(table.formatted(as: .json).utf8)) as? [String: Any]
  let rows = json?["rows"] as? [[String: Any]]
  precondition(rows?.map { $0["text"] as? String } == texts.map { Optional($0) }, "a table is read as another one")
}
