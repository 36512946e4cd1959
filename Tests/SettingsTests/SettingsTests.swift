import Settings
import Testing

struct SettingsTests {
  struct Inner: Codable, Equatable {
    var size = 1.0
    var names = ["a", "b"]
    var limit: Int?
  }

  struct Outer: Codable, Equatable {
    var seed: UInt64 = 1
    var inner = Inner()
    var list = [Inner(), Inner()]
    var shares = ["x": 0.5, "y": 0.25]
    var extra: Inner?
  }

  func read(_ text: String, over defaults: Outer? = Outer()) throws -> Outer { try Settings.decode(text, path: "my.yaml", over: defaults) }

  @Test func whatIsLeftOutKeepsItsDefault() throws {
    #expect(try read("") == Outer() && read("# nothing") == Outer())
    var expected = Outer()
    (expected.inner.size, expected.shares["y"]) = (0.0000001, 3)
    #expect(try read("inner: {size: 1e-7}\nshares: {y: 3}") == expected)
  }

  @Test func listsAreReplacedAsAWhole() throws {
    let read = try read("inner: {names: [c]}\nlist: [{size: 2, names: []}]")
    #expect(read.inner.names == ["c"] && read.list == [Inner(size: 2, names: [])])
  }

  /// Also those that have no value by default.
  @Test func optionalKeysAreRead() throws {
    #expect(try read("inner: {limit: 3}\nextra: {size: 2, names: []}").extra == Inner(size: 2, names: []))
    #expect(try read("inner: {limit: null}").inner.limit == nil)
  }

  @Test(arguments: [
    ("sed: 2", "sed is no key; expected extra, inner, list, seed, shares"),
    ("inner: {sze: 2}", "inner.sze is no key; expected limit, names, size"),
    ("list: [{size: 1, names: []}, {size: 1, names: [], nam: x}]", "list.[1].nam is no key"),
    ("extra: {size: 1, names: [], x: 2}", "extra.x is no key"),
    ("shares: {z: 1}", "shares.z is no key; expected x, y"),
    ("inner: {size: wide}", "inner.size"),
    ("inner: 3", "inner must hold keys with values"),
    ("seed: -1", "seed"),
    ("a: [", "my.yaml"),
  ]) func wrongKeysAndValuesAreNamed(_ text: String, _ expected: String) {
    #expect { try read(text) } throws: { error in
      "\(error)".hasPrefix("my.yaml: ") && "\(error)".contains(expected) && !"\(error)".contains("\n")
    }
  }

  @Test func withoutDefaultsEveryKeyIsNeeded() throws {
    #expect { try read("seed: 2", over: nil) } throws: { "\($0)".contains("inner is missing") }
    let text = try Settings.text(Outer())
    #expect(try read(text, over: nil) == Outer())
    // Without defaults a dictionary may have any key.
    #expect(try read(text.replacing("x:", with: "z:"), over: nil).shares["z"] == 0.5)
    #expect { try read(text + "more: 1\n", over: nil) } throws: { "\($0)".contains("more is no key") }
  }

  @Test func textsReadAsTheSameSettings() throws {
    var settings = Outer()
    (settings.inner.size, settings.shares) = (0.3, ["a": 1e-5, "b": 1e22, "c": 100])
    #expect(try read(Settings.text(settings), over: nil) == settings)
    #expect(try read(Settings.readableText(settings), over: nil) == settings)
    #expect(try Settings.readableText(settings).contains("c: 100\n"))
  }

  @Test func treesAreLaidOverEachOther() throws {
    let base = try SettingsTree("{seed: 3, inner: {size: 2, names: [a], limit: 4}, list: [], shares: {x: 1}}", path: "base")
    let change = try SettingsTree("{inner: {size: 5, limit: null}, shares: {y: 2}}", path: "change")
    let value = try change.over(base).decoded(Outer.self)
    #expect(value == Outer(seed: 3, inner: Inner(size: 5, names: ["a"]), list: [], shares: ["x": 1, "y": 2]))
    #expect(try base["inner"].decoded(Inner.self) == Inner(size: 2, names: ["a"], limit: 4))
    #expect(base["list"].items.isEmpty && base["nothing"].isEmpty && !base["seed"].isEmpty)
  }
}
