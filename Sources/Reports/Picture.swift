/// A color in red, green and blue, as screens show it (sRGB).
public struct Color: Sendable, Hashable {
  public var red, green, blue: UInt8

  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) { (self.red, self.green, self.blue) = (red, green, blue) }

  /// A gray: 0 black, 1 white; beyond is clipped.
  public init(gray: Float) {
    let level = UInt8(min(max(gray.isNaN ? 0 : gray, 0), 1) * 255 + 0.5)
    self.init(level, level, level)
  }

  public static let black = Color(0, 0, 0)
  public static let white = Color(255, 255, 255)

  /// The color on the way to another: 0 is this one, 1 the other.
  public func mixed(with other: Color, _ share: Float) -> Color {
    let share = min(max(share, 0), 1)
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8(Float(a) + share * (Float(b) - Float(a)) + 0.5) }
    return Color(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
  }
}

/// A picture to look at: 8-bit RGB pixels, x to the right and y down.
public struct Picture: Sendable, Hashable {
  public let width, height: Int
  /// Red, green, blue of each pixel, row by row from the top left.
  public private(set) var bytes: [UInt8]

  /// A picture of one color.
  public init(width: Int, height: Int, color: Color = .black) {
    precondition(width > 0 && height > 0, "a picture holds at least one pixel")
    (self.width, self.height) = (width, height)
    bytes = [UInt8](unsafeUninitializedCapacity: width * height * 3) { buffer, count in
      while count < width * height * 3 {
        (buffer[count], buffer[count + 1], buffer[count + 2]) = (color.red, color.green, color.blue)
        count += 3
      }
    }
  }

  public subscript(x: Int, y: Int) -> Color {
    get {
      let i = offset(x, y)
      return Color(bytes[i], bytes[i + 1], bytes[i + 2])
    }
    set {
      let i = offset(x, y)
      (bytes[i], bytes[i + 1], bytes[i + 2]) = (newValue.red, newValue.green, newValue.blue)
    }
  }

  private func offset(_ x: Int, _ y: Int) -> Int {
    precondition(contains(x, y), "pixel (\(x), \(y)) is outside a picture of \(width) x \(height)")
    return 3 * (x + width * y)
  }

  private func contains(_ x: Int, _ y: Int) -> Bool { x >= 0 && y >= 0 && x < width && y < height }

  /// Covers a pixel with a color; outside the picture nothing happens.
  ///
  /// - Parameter opacity: 0 leaves the pixel as it is, 1 replaces it.
  public mutating func blend(_ color: Color, at x: Int, _ y: Int, opacity: Float) {
    guard opacity > 0, contains(x, y) else { return }
    self[x, y] = self[x, y].mixed(with: color, opacity)
  }

  /// Fills a rectangle; parts outside the picture are left out.
  public mutating func fill(x: Int, y: Int, width: Int, height: Int, _ color: Color, opacity: Float = 1) {
    for row in max(y, 0)..<max(max(y, 0), min(y + height, self.height)) {
      for column in max(x, 0)..<max(max(x, 0), min(x + width, self.width)) { blend(color, at: column, row, opacity: opacity) }
    }
  }

  /// Draws another picture with its top left corner at (x, y); parts outside are left out.
  public mutating func draw(_ other: Picture, x: Int, y: Int) {
    for row in 0..<other.height {
      for column in 0..<other.width where contains(x + column, y + row) { self[x + column, y + row] = other[column, row] }
    }
  }

  /// Writes a line of text with its top left corner at (x, y).
  ///
  /// - Parameters:
  ///   - scale: Pixels per dot of the font; a character takes 6 × 9 dots.
  ///   - shadow: Darkens the pixels around, for text over an image.
  public mutating func write(_ text: String, x: Int, y: Int, color: Color = .white, scale: Int = 1, shadow: Bool = false) {
    if shadow {
      for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1), (1, 1)] { dots(of: text, x + dx, y + dy, .black, scale, opacity: 0.7) }
    }
    dots(of: text, x, y, color, scale, opacity: 1)
  }

  private mutating func dots(of text: String, _ x: Int, _ y: Int, _ color: Color, _ scale: Int, opacity: Float) {
    for (place, character) in text.unicodeScalars.enumerated() {
      let left = x + place * Font.advance * scale
      for row in 0..<Font.height {
        for column in 0..<Font.width where Font.isSet(character, column: column, row: row) {
          fill(x: left + column * scale, y: y + row * scale, width: scale, height: scale, color, opacity: opacity)
        }
      }
    }
  }

  /// Width of a line of text, pixels.
  public static func width(of text: String, scale: Int = 1) -> Int {
    max(0, (text.unicodeScalars.count * Font.advance - 1) * scale)
  }

  /// Each pixel repeated as a block.
  ///
  /// - Parameter factor: Pixels of the result per pixel, at least 1.
  public func scaled(by factor: Int) -> Picture {
    precondition(factor > 0, "pixels can only be repeated once or more")
    var result = Picture(width: width * factor, height: height * factor)
    for y in 0..<result.height {
      for x in 0..<result.width { result[x, y] = self[x / factor, y / factor] }
    }
    return result
  }
}
