import Foundation

/// What people see while the program works: always on standard error, so that standard output holds results alone.
enum Console {
  static let isTerminal = isatty(STDERR_FILENO) == 1

  static func note(_ text: String) { write(text + "\n") }
  /// One line, on a line of its own even where a progress bar stands.
  static func error(_ text: String) { write((isTerminal ? "\r\u{1B}[2K" : "") + "softcord: error: \(text)\n") }

  static func write(_ text: String) {
    // Nobody is left to tell when standard error itself is closed.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// Prints a result.
  static func result(_ text: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
    } catch {
      throw Failure(.cannotWrite, "standard output cannot be written: \(error.localizedDescription)")
    }
  }
}

/// A progress bar on a terminal; elsewhere a plain line at each tenth.
struct ProgressBar {
  let title: String
  private var shown = -1
  private let start = Date()
  private var first: Double?

  init(_ title: String) { self.title = title }

  mutating func update(_ fraction: Double, _ remark: String = "") {
    let percent = Int((min(max(fraction, 0), 1) * 100).rounded(.down))
    guard Console.isTerminal else {
      guard percent / 10 > shown / 10 || shown < 0 else { return }
      shown = percent
      Console.note("\(title): \(percent) % \(remark)")
      return
    }
    shown = percent
    let width = 30
    let filled = percent * width / 100
    let elapsed = Date().timeIntervalSince(start)
    // Work that an earlier run did costs no time in this one.
    if first == nil { first = fraction }
    let done = fraction - first!
    let left = done > 0 ? elapsed / done * (1 - fraction) : 0
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    Console.write("\r\u{1B}[2K\(title) \(bar) \(percent) %  \(duration(left)) left  \(remark)")
  }

  /// Ends the bar and leaves a line.
  mutating func finish(_ remark: String = "") {
    let text = "\(title): done in \(duration(Date().timeIntervalSince(start))) \(remark)"
    Console.write(Console.isTerminal ? "\r\u{1B}[2K\(text)\n" : text + "\n")
  }

  private func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if whole >= 3600 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
    return whole >= 60 ? "\(whole / 60) min \(whole % 60) s" : String(format: "%.1f s", seconds)
  }
}
