/// A built-in dot-matrix font: 5 × 8 dots for each printable ASCII character, and ² ³ ± µ · ° –.
enum Font {
  /// Dots from one character to the next, and from one line to the next.
  static let (advance, lineHeight) = (6, 9)
  static let (width, height) = (5, 8)

  /// Whether a dot of a character is set; column from the left, row from the top. Row 7 hangs below the line.
  static func isSet(_ character: Unicode.Scalar, column: Int, row: Int) -> Bool {
    let glyph = glyph(of: character)
    return (glyph >> UInt64(8 * (width - 1 - column) + row)) & 1 == 1
  }

  private static func glyph(of character: Unicode.Scalar) -> UInt64 {
    switch character {
    case " "..."~": ascii[Int(character.value) - 32]
    case "²": 0x00_1915_1200
    case "³": 0x00_1115_0A00
    case "±": 0x44_445F_4444
    case "µ": 0xFC_4040_207C
    case "·": 0x00_0008_0000
    case "°": 0x00_0205_0200
    case "–": 0x08_0808_0808
    default: glyph(of: "?")
    }
  }

  /// A byte per column, leftmost first; the lowest bit is the top dot.
  private static let ascii: [UInt64] = [
    0x00_0000_0000, 0x00_005F_0000, 0x00_0700_0700, 0x14_7F14_7F14, 0x24_2A7F_2A12, 0x23_1308_6462,
    0x36_4956_2050, 0x00_0007_0000, 0x00_1C22_4100, 0x00_4122_1C00, 0x2A_1C7F_1C2A, 0x08_083E_0808,
    0x00_5030_0000, 0x08_0808_0808, 0x00_6060_0000, 0x20_1008_0402, 0x3E_5149_453E, 0x00_427F_4000,
    0x62_5149_4946, 0x22_4149_4936, 0x18_1412_7F10, 0x27_4545_4539, 0x3C_4A49_4930, 0x01_7109_0503,
    0x36_4949_4936, 0x06_4949_291E, 0x00_3636_0000, 0x00_5636_0000, 0x08_1422_4100, 0x14_1414_1414,
    0x00_4122_1408, 0x02_0151_0906, 0x3E_415D_551E, 0x7E_1111_117E, 0x7F_4949_4936, 0x3E_4141_4122,
    0x7F_4141_221C, 0x7F_4949_4941, 0x7F_0909_0901, 0x3E_4149_497A, 0x7F_0808_087F, 0x00_417F_4100,
    0x20_4041_3F01, 0x7F_0814_2241, 0x7F_4040_4040, 0x7F_020C_027F, 0x7F_0408_107F, 0x3E_4141_413E,
    0x7F_0909_0906, 0x3E_4151_215E, 0x7F_0919_2946, 0x26_4949_4932, 0x01_017F_0101, 0x3F_4040_403F,
    0x1F_2040_201F, 0x3F_4038_403F, 0x63_1408_1463, 0x07_0870_0807, 0x61_5149_4543, 0x00_7F41_4100,
    0x02_0408_1020, 0x00_4141_7F00, 0x04_0201_0204, 0x40_4040_4040, 0x00_0102_0400, 0x20_5454_5478,
    0x7F_4844_4438, 0x38_4444_4428, 0x38_4444_487F, 0x38_5454_5418, 0x08_7E09_0102, 0x18_A4A4_A47C,
    0x7F_0804_0478, 0x00_447D_4000, 0x40_8084_7D00, 0x7F_1028_4400, 0x00_417F_4000, 0x7C_0418_0478,
    0x7C_0804_0478, 0x38_4444_4438, 0xFC_2424_2418, 0x18_2424_28FC, 0x7C_0804_0408, 0x48_5454_5424,
    0x04_3F44_4020, 0x3C_4040_207C, 0x1C_2040_201C, 0x3C_4030_403C, 0x44_2810_2844, 0x1C_A0A0_A07C,
    0x44_6454_4C44, 0x00_0836_4100, 0x00_007F_0000, 0x00_4136_0800, 0x08_0408_1008,
  ]
}
