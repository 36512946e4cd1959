import Files
import Foundation
import NIfTI
import Statuses
import Volumes

/// Segments scans for another program: what is asked for and what is answered are lines of JSON, voxels lie in memory that both share.
///
/// The other program keeps a model loaded by this, without LibTorch in its own process; `python/softcord/_worker.py` is one.
///
/// A request is `{"name", "shape": [x, y, z], "affine": [16 numbers, row after row], "everywhere", "largest", "uncertainty"}`. The memory holds the
/// scan as float32, x fastest; the mask takes its place, and the map of uncertainty, where it is asked for, follows it. Answers are `{"progress"}`
/// any number of times, then one of `{"notes": [...]}` and `{"status", "message"}`. The first line of all is `{"protocol", "version"}`.
public struct SegmentationWorker {
  /// Grows when lines change their meaning.
  public static let version = 1

  private let pipeline: SegmentationPipeline
  private let memory: Int32

  /// - Parameters:
  ///   - pipeline: With its model loaded.
  ///   - memory: Descriptor of the memory, which is as long as the request needs.
  public init(_ pipeline: SegmentationPipeline, memory: Int32) { (self.pipeline, self.memory) = (pipeline, memory) }

  private struct Request: Decodable {
    let name: String
    let shape: [Int]
    let affine: [Double]
    let everywhere, largest, uncertainty: Bool

    var grid: Grid? {
      guard shape.count == 3, affine.count == 16, shape.allSatisfy({ $0 > 0 }) else { return nil }
      func column(_ index: Int) -> SIMD3<Double> { [affine[index], affine[4 + index], affine[8 + index]] }
      return Grid(
        shape: SIMD3(shape[0], shape[1], shape[2]), affine: Affine(x: column(0), y: column(1), z: column(2), origin: column(3)))
    }
  }

  private struct Hello: Encodable { let `protocol`: Int, version: String }
  private struct Progress: Encodable { let progress: Double }
  private struct Answer: Encodable { let notes: [String] }
  private struct Refusal: Encodable { let status: Int32, message: String }

  /// Answers requests until there are no more.
  ///
  /// - Parameters:
  ///   - version: Of the program.
  ///   - next: The next line of input.
  ///   - answer: Writes a line of output.
  public func run(version: String, next: () -> String?, answer: (String) throws -> Void) throws {
    func send(_ line: some Encodable) throws { try answer(String(decoding: JSONEncoder().encode(line), as: UTF8.self)) }
    try send(Hello(protocol: Self.version, version: version))
    while let line = next() {
      do {
        let notes = try segment(JSONDecoder().decode(Request.self, from: Data(line.utf8))) { try? send(Progress(progress: $0)) }
        try send(Answer(notes: notes))
      } catch {
        try send(Refusal(status: (ExitStatus(withEngine: error) ?? .fault).rawValue, message: "\(error)"))
      }
    }
  }

  private func segment(_ request: Request, progress: (Double) -> Void) throws -> [String] {
    guard let grid = request.grid else { throw PipelineError.request }
    return try shared(grid.count * (request.uncertainty ? 2 : 1)) { memory in
      let scan = Volume(voxels: Array(memory[..<grid.count]), grid: grid)
      if let look = scan.lookOfNoScan { throw MaskError.noScan(path: request.name, look: look) }
      pipeline.segmenter.searchesEverywhere = request.everywhere
      pipeline.segmenter.findsUncertainty = request.uncertainty
      let found = try naming(request.name) { try pipeline.segmenter.segment(scan, progress: progress) }
      let mask = request.largest ? found.mask.keepingLargestPiece : found.mask
      _ = memory[..<grid.count].update(fromContentsOf: mask.voxels)
      if let map = found.uncertainty?.map { _ = memory[grid.count...].update(fromContentsOf: map.voxels) }
      return found.remarks
    }
  }

  /// The memory, while a function looks at it.
  private func shared<T>(_ count: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> T) throws -> T {
    let bytes = count * MemoryLayout<Float>.size
    var facts = stat()
    guard fstat(memory, &facts) == 0, facts.st_size >= bytes,
      let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0), start != MAP_FAILED
    else { throw PipelineError.memory(bytes: bytes) }
    defer { munmap(start, bytes) }
    return try body(UnsafeMutableBufferPointer(start: start.bindMemory(to: Float.self, capacity: count), count: count))
  }
}
