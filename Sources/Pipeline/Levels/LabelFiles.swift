import Datasets
import Derivatives
import Files
import Foundation
import Levels
import Morphometry
import NIfTI
import Reports
import Volumes

/// Where the levels of one scan are written.
public struct LabelFiles: Sendable, Hashable {
  /// Paths of the discs, one voxel each, and of the levels of the cord's voxels; a JSON file lies beside each.
  public var discs, levels: String
  /// Path of a picture, .png; not drawn when `nil`.
  public var picture: String?

  public init(discs: String, levels: String, picture: String? = nil) {
    (self.discs, self.levels, self.picture) = (discs, levels, picture)
  }

  /// Files with the names of BIDS derivatives.
  ///
  /// - Parameters:
  ///   - scan: Path of the scan.
  ///   - discs: Path of the discs; `nil` names it after the scan. The levels lie beside it.
  ///   - folder: Of both; `nil` is that of the scan.
  ///   - pictures: Folder of the picture; none is drawn when `nil`.
  public init(of scan: String, discs: String? = nil, folder: String? = nil, pictures: String? = nil) {
    let place = folder ?? scan.deletingLastPathComponent
    let stem = OutputName(of: scan).stem
    func path(_ kind: Companion) -> String { place.appendingPathComponent(kind.stems(of: stem).last! + ".nii.gz") }
    self.discs = discs ?? path(.discs)
    picture = pictures.map { Self.picture(of: scan, in: $0) }
    levels = discs.map { OutputName.withoutExtension($0) + "_levels.nii.gz" } ?? path(.levels)
  }
}

extension LabelFiles {
  /// Path of the picture of a scan with its levels.
  public static func picture(of scan: String, in folder: String) -> String { folder + "/" + OutputName(of: scan).stem + "_levels.png" }
}

extension SegmentationPipeline {
  /// Finds the levels of a scan, and writes them.
  ///
  /// - Parameters:
  ///   - scan: Path.
  ///   - mask: Path of the mask of its cord; `nil` segments the scan.
  ///   - settings: How levels are told.
  ///   - files: Where to write.
  ///   - observer: Is told of progress and of what to know about the scan.
  /// - Throws: ``LevelsUnknown``; what ``segment(_:to:observer:)`` throws; `LevelError`, `MorphometryError`.
  @discardableResult
  public func label(
    _ scan: String, mask: String? = nil, _ settings: LevelSettings = LevelSettings(), to files: LabelFiles,
    observer: WorkObserver = { _ in }
  ) throws -> ScanLevels {
    let (image, cord): (NIfTIImage, Volume)
    if let mask {
      image = try NIfTI.scan(scan, volume: self.settings.volume)
      cord = try NIfTI.mask(mask, of: scan, on: image.volume.grid).volume
    } else {
      let done = try segment(scan, observer: observer)
      (image, cord) = (done.image, done.mask)
    }
    let found = try segmenter.levels(in: image.volume, mask: cord, settings)
    if let picture = files.picture { try found.picture(of: image.volume, mask: cord, titled: OutputName(of: scan).stem).write(to: picture) }
    try write(found, to: files, of: image, source: scan, mask: cord, numbering: settings.numbering)
    let share = (found.levels.probability * 1000).rounded() / 10
    observer(.note("\(scan): \(found.levels.span), numbering right with \(share) %, from \(found.origin)"))
    for note in found.notes { observer(.note("\(scan): \(note)")) }
    return found
  }

  /// Writes levels with their sidecars, all or none.
  ///
  /// - Parameters:
  ///   - found: What was found.
  ///   - files: Where to write; the picture is not drawn here.
  ///   - image: The scan as it was read.
  ///   - source: Its path, or its BIDS URI.
  ///   - mask: Of its cord.
  ///   - numbering: Of the labels.
  /// - Throws: `FileError`, `NIfTIError`, `LevelError`.
  public func write(
    _ found: ScanLevels, to files: LabelFiles, of image: NIfTIImage, source: String, mask: Volume, numbering: LabelNumbering = .sct
  ) throws {
    try found.write(to: files, of: image, source: source, mask: mask, model: model, numbering: numbering)
  }
}

extension ScanLevels {
  /// A picture of the cord with its discs.
  func picture(of image: Volume, mask: Volume, titled title: String) -> Picture {
    var overlay = Overlay(title: title)
    overlay.marks = levels.marks.map { Overlay.Mark(name: $0.name, point: $0.point) }
    return overlay.picture(of: image, mask: mask)
  }

  /// One voxel for each disc and for the junction, at its edge beside the canal, where the grid holds it.
  ///
  /// - Parameter numbering: Of the labels.
  public func discVolume(on grid: Grid, numbering: LabelNumbering = .sct) -> Volume {
    var volume = Volume(repeating: 0, grid: grid)
    let toVoxel = grid.affine.inverse
    for mark in levels.marks {
      guard let label = numbering.label(ofMark: mark.number) else { continue }
      let place = toVoxel(mark.point)
      let voxel = SIMD3(Int(place.x.rounded()), Int(place.y.rounded()), Int(place.z.rounded()))
      guard (0..<3).allSatisfy({ voxel[$0] >= 0 && voxel[$0] < grid.shape[$0] }) else { continue }
      volume.voxels[grid.offset(voxel.x, voxel.y, voxel.z)] = Float(label)
    }
    return volume
  }

  /// The vertebral level of each voxel that is cord by half or more.
  public func levelVolume(of mask: Volume, numbering: LabelNumbering = .sct) throws(LevelError) -> Volume {
    let map = try map(tolerance: mask.grid.spacing.max())
    var volume = Volume(repeating: 0, grid: mask.grid)
    let shape = mask.grid.shape
    for offset in mask.voxels.indices where mask.voxels[offset] >= 0.5 {
      let index = SIMD3(Double(offset % shape.x), Double(offset / shape.x % shape.y), Double(offset / (shape.x * shape.y)))
      guard let level = map.level(at: axis.foot(of: mask.grid.world(index)).place) else { continue }
      volume.voxels[offset] = Float(numbering.label(ofVertebra: level) ?? 0)
    }
    return volume
  }

  /// What is known of the discs, as the file beside their image says it; without where they come from.
  public func sidecar(numbering: LabelNumbering = .sct) -> DiscSidecar {
    var sidecar = DiscSidecar(
      description:
        "Intervertebral discs (disc n lies above vertebra n) and the pontomedullary junction: one voxel each at the edge beside the "
        + "spinal canal",
      sources: [])
    sidecar.origin = origin
    sidecar.numberingProbability = Self.rounded(levels.probability, 1e4)
    sidecar.notes = notes.isEmpty ? nil : notes
    sidecar.marks = levels.marks.compactMap { mark in
      numbering.label(ofMark: mark.number).map { label in
        DiscSidecar.Mark(
          label: label, name: mark.name, position: (0..<3).map { Self.rounded(mark.point[$0], 100) },
          interval: [mark.interval.lowerBound - mark.place, mark.interval.upperBound - mark.place].map { Self.rounded($0, 100) },
          probability: Self.rounded(mark.probability, 1e4))
      }
    }
    return sidecar
  }

  /// Writes discs and levels with their sidecars, all or none.
  ///
  /// - Parameters:
  ///   - image: The scan as it was read.
  ///   - source: Its path.
  ///   - mask: Of its cord.
  ///   - model: Name and checksum of the model file.
  /// - Throws: `FileError`, `NIfTIError`, `LevelError`.
  func write(
    to files: LabelFiles, of image: NIfTIImage, source: String, mask: Volume, model: (name: String, sha256: String),
    numbering: LabelNumbering
  ) throws {
    let (discs, voxels) = (discVolume(on: mask.grid, numbering: numbering), try levelVolume(of: mask, numbering: numbering))
    var sidecar = sidecar(numbering: numbering)
    sidecar.sources = [source.hasPrefix("bids:") ? source : source.lastPathComponent]
    (sidecar.model, sidecar.modelChecksum) = (model.name, model.sha256)
    sidecar.inputChecksum = Checksum.sha256(of: image.volume)
    sidecar.labelsChecksum = Checksum.sha256(of: discs)
    var levelSidecar = sidecar
    levelSidecar.description = "Vertebral level of each voxel that is spinal cord by half or more"
    (levelSidecar.labelsChecksum, levelSidecar.marks) = (Checksum.sha256(of: voxels), nil)
    var staged: [StagedFile] = []
    for (path, volume, sidecar) in [(files.discs, discs, sidecar), (files.levels, voxels, levelSidecar)] {
      staged.append(try StagedFile(at: OutputName.withoutExtension(path) + ".json", holding: JSONEncoder.readable.encode(sidecar)))
      staged.append(try NIfTI.staged(volume, at: path, header: image.header, as: .uint8).file)
    }
    try StagedFile.commit(staged)
  }

  private static func rounded(_ value: Double, _ scale: Double) -> Double { (value * scale).rounded() / scale }
}

extension CordLevels.Mark {
  /// `C2-C3`, or `PMJ`.
  public var name: String {
    switch number {
    case 0: "PMJ"
    case 1: "C1"
    default: "\(LabelNumbering.name(ofLevel: number - 1))-\(LabelNumbering.name(ofLevel: number))"
    }
  }
}

extension LabelNumbering {
  /// The label of a disc, or of the junction (0).
  func label(ofMark number: Int) -> Int? { number == 0 ? (self == .sct ? 50 : nil) : label { disc($0) == number } }

  func label(ofVertebra level: Int) -> Int? { label { vertebra($0) == level } }

  private func label(where fits: (Int) -> Bool) -> Int? { (1...100).first(where: fits) }
}
