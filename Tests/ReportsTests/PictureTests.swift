import CPNG
import Files
import Foundation
import Testing

@testable import Reports

struct PictureTests {
  /// A pattern with no two equal rows.
  static let pattern: Picture = {
    var picture = Picture(width: 37, height: 23)
    for y in 0..<23 {
      for x in 0..<37 { picture[x, y] = Color(UInt8(x * 7 % 256), UInt8(y * 11 % 256), UInt8((x * y * 3 + 5) % 256)) }
    }
    return picture
  }()

  static func decode(_ png: [UInt8]) -> (width: Int, height: Int, bytes: [UInt8])? {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    return png.withUnsafeBytes { data in
      guard png_image_begin_read_from_memory(&image, data.baseAddress, data.count) != 0 else { return nil }
      image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
      var bytes = [UInt8](repeating: 0, count: Int(image.width * image.height) * 3)
      guard png_image_finish_read(&image, nil, &bytes, 0, nil) != 0 else { return nil }
      return (Int(image.width), Int(image.height), bytes)
    }
  }

  @Test func pngKeepsEveryPixel() throws {
    let decoded = try #require(Self.decode(Self.pattern.png()))
    #expect(decoded.width == 37 && decoded.height == 23)
    #expect(decoded.bytes == Self.pattern.bytes)
  }

  @Test func noiseThatDoesNotCompressStillFits() throws {
    var state: UInt32 = 1
    var picture = Picture(width: 64, height: 64)
    for y in 0..<64 {
      for x in 0..<64 {
        state = state &* 1_664_525 &+ 1_013_904_223
        picture[x, y] = Color(UInt8(state >> 24), UInt8(state >> 16 & 255), UInt8(state >> 8 & 255))
      }
    }
    #expect(try #require(Self.decode(picture.png())).bytes == picture.bytes)
  }

  @Test func filesAreWholeOrNotThere() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("softcord-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("picture.png").path
    try AtomicFile.write([1, 2, 3], to: path)
    try Self.pattern.write(to: path)
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == Self.pattern.png())
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["picture.png"])
    #expect(throws: FileError.self) { try AtomicFile.write([1], to: folder.path + "/missing/file") }
    #expect(throws: FileError.self) { try AtomicFile.write([1], to: folder.path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["picture.png"])
  }

  @Test func drawing() {
    var picture = Picture(width: 10, height: 10)
    picture.fill(x: -3, y: 8, width: 5, height: 9, .white)
    #expect(picture[0, 8] == .white && picture[1, 9] == .white && picture[2, 9] == .black && picture[0, 7] == .black)
    picture.blend(.white, at: 5, 5, opacity: 0.5)
    #expect(picture[5, 5] == Color(128, 128, 128))
    picture.blend(.white, at: 50, 5, opacity: 0.5)
    let doubled = picture.scaled(by: 2)
    #expect(doubled.width == 20 && doubled[11, 10] == picture[5, 5] && doubled[12, 10] == .black)
    var framed = Picture(width: 4, height: 4)
    framed.draw(picture, x: 2, y: -7)
    #expect(framed[2, 1] == .white && framed[1, 1] == .black)
  }

  @Test func lettersLookLikeThemselves() {
    var picture = Picture(width: 11, height: 8)
    picture.write("L1", x: 0, y: 0)
    let rows = (0..<7).map { y in String((0..<11).map { picture[$0, y] == .white ? "#" : "." }) }
    #expect(rows == ["#.......#..", "#......##..", "#.......#..", "#.......#..", "#.......#..", "#.......#..", "#####..###."])
    #expect(Picture.width(of: "L1") == 11)
  }
}
