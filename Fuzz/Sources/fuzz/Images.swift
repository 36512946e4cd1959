import Foundation

@testable import NIfTI

/// An image of one file; the last byte says which volume is asked for.
@Sendable func readImage(_ bytes: Data) {
  let last = Int(bytes.last ?? 0)
  check(Scratch.write(bytes, as: "image.nii"), volume: last % 4 == 3 ? last / 4 : nil)
}

/// A header and voxels in two files; the first two bytes say where the one ends.
@Sendable func readPair(_ bytes: Data) {
  guard bytes.count >= 2 else { return }
  let rest = bytes.dropFirst(2)
  let cut = min(rest.count, Int(bytes[0]) | Int(bytes[1]) << 8)
  _ = Scratch.write(Data(rest.dropFirst(cut)), as: "image.img")
  check(Scratch.write(Data(rest.prefix(cut)), as: "image.hdr"), volume: nil)
}

private func check(_ path: String, volume: Int?) {
  guard let image = try? NIfTI.read(path, volume: volume) else { return }
  precondition(image.volume.voxels.count == image.volume.grid.count, "voxels are missing")
  precondition(image.volume.voxels.allSatisfy(\.isFinite), "a voxel is no finite number")
}

/// Compressed bytes, of which up to 4 MB are unpacked.
@Sendable func readGzip(_ bytes: Data) {
  guard let file = try? InputFile(Scratch.write(bytes, as: "image.nii.gz")) else { return }
  _ = try? file.skip(1 << 22)
}
