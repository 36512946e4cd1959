import Files
import Foundation
import Testing

@Suite struct PathsTests {
  @Test(arguments: [
    ("a/b/c.nii.gz", "c.nii.gz", "a/b", "gz", "a/b/c.nii"), ("c", "c", "", "", "c"), ("/c.tsv", "c.tsv", "/", "tsv", "/c"),
    ("a/b/", "b", "a", "", "a/b/"), ("/", "/", "/", "", "/"), ("", "", "", "", ""), ("a/.hidden", ".hidden", "a", "", "a/.hidden"),
    ("a.b/c", "c", "a.b", "", "a.b/c"), ("a/c.", "c.", "a", "", "a/c."), ("../..", "..", "..", "", "../.."),
    ("数据//像.nii", "像.nii", "数据", "nii", "数据/像"), ("数////像/", "像", "数", "", "数////像/"),
  ])
  func partsOfPaths(_ path: String, last: String, folder: String, ending: String, stem: String) {
    #expect(path.lastPathComponent == last)
    #expect(path.deletingLastPathComponent == folder)
    #expect(path.pathExtension == ending)
    #expect(path.deletingPathExtension == stem)
  }

  /// A slash with an accent behind it is one character to Swift, but a slash to the file system.
  @Test func slashesAreBytes() {
    #expect("a/\u{301}b.tsv".lastPathComponent == "\u{301}b.tsv")
    #expect("a\u{301}/b".deletingLastPathComponent == "a\u{301}")
  }

  @Test func namesAreJoinedWithOneSlash() {
    #expect(["", "a", "a/", "/"].map { $0.appendingPathComponent("b") } == ["b", "a/b", "a/b", "/b"])
  }

  /// Paths of the same place are equal, whether what they name is there or not.
  @Test func oneSpellingForEachPlace() throws {
    let folder = realPath(NSTemporaryDirectory()).appendingPathComponent("paths-\(UUID())")
    try FileManager.default.createDirectory(atPath: folder + "/a", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "a")
    try FileManager.default.createSymbolicLink(atPath: folder + "/nowhere", withDestinationPath: "gone")
    #expect(realPath(folder + "//link/../a/.") == folder + "/a")
    // What is not there, in folders that are not there.
    #expect(realPath(folder + "/link/x/./y/../z.nii") == folder + "/a/x/z.nii")
    #expect(realPath(folder + "/nowhere") == folder + "/nowhere")
    let here = realPath(".")
    #expect(realPath("no-such/folder/x") == here + "/no-such/folder/x")
    #expect(realPath("/no-such/../x-not-there") == "/x-not-there")
    #expect(realPath("") == "")
  }
}
