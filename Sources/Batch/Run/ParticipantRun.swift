import Datasets
import Derivatives
import Files
import Foundation
import Models
import Numerics
import Pipeline
import Synchronization
import Tensors

/// The participant level: every scan's mask, measures, picture and page.
///
/// A scan whose record is that of the same files, model and settings is not done again, so the same command goes on where an earlier one
/// was stopped, and ends with the same bytes. A scan that fails costs its own row in `status.tsv`, the others are done.
public struct ParticipantRun: Sendable {
  /// How the work ended.
  public struct Outcome: Sendable {
    /// Scans that were done now, that had been done before, and that nobody came to.
    public var (done, kept, left) = (0, 0, 0)
    /// Records of those that failed.
    public var failed: [ScanRecord] = []

    /// In one line.
    public var summary: String {
      "\(done) scans done, \(kept) were done before, \(failed.count) failed" + (left > 0 ? ", \(left) were not begun" : "")
    }
  }

  public let request: BatchRequest
  /// What is to be done, in the order of the scans' paths; of a shard, its own.
  public let plans: [ScanPlan]

  /// What would be done, a row a scan.
  public var plan: Table {
    Table(
      columns: [
        .init("scan", "Path of the scan"), .init("mask", "Path of its mask in the output"), .init("levels", "What tells its levels"),
      ],
      rows: plans.map { [.text($0.place.scan.path), .text($0.place.mask), $0.levels.map { .text($0.uri) } ?? .missing] })
  }

  /// Finds the scans.
  ///
  /// - Throws: ``BatchError``, `DatasetError`, `EvaluationError`.
  public init(_ request: BatchRequest) throws {
    self.request = request
    try OutputFolder.check(request)
    plans = request.shard.part(of: try ScanPlan.all(request))
  }

  /// Does the work.
  ///
  /// - Parameter observer: Is told of progress, and of each scan that fails.
  /// - Throws: `ModelError`, `FileError`: nothing can be done at all, or nothing can be written.
  public func run(observer: @escaping WorkObserver = { _ in }) throws -> Outcome {
    try OutputFolder(request).begin()
    let identity = try self.identity()
    let workers = self.workers
    let state = Mutex(State())
    let gate = MemoryGate(limit: request.memory)
    let next = Atomic(0)
    let task = "\(plans.count) scans"
    observer(.started(task: task))
    parallelFor(workers, jobs: workers) { _ in
      Parallelism.$isOff.withValue(workers > 1) {
        // One for each, however many workers there are: sums of several threads may differ in their last bits.
        Threads.count = request.threads ?? 1
        var pipeline: SegmentationPipeline?
        while !state.withLock({ $0.isStopped }) {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < plans.count else { return }
          do {
            let (record, isNew) = try gate.whileHolding(ScanWork.memory(of: plans[index])) { try one(plans[index], identity, &pipeline) }
            let count = state.withLock { $0.add(record, isNew: isNew, stops: request.stopsOnFirstFailure) }
            if let failure = record.failure { observer(.problem("\(record.scan): \(failure.message)")) }
            observer(.progress(task: task, fraction: Double(count) / Double(max(plans.count, 1)), remark: record.name))
          } catch {
            state.withLock { $0.stop(error) }
          }
        }
      }
    }
    var outcome = try state.withLock { state in
      if let error = state.error { throw error }
      return state.outcome
    }
    outcome.left = plans.count - outcome.done - outcome.kept - outcome.failed.count
    outcome.failed.sort { $0.scan < $1.scan }
    try StatusTable.write(to: request.output)
    observer(.finished(task: task, remark: "→ \(request.output)"))
    return outcome
  }

  /// What all workers know of the work.
  private struct State {
    var outcome = Outcome()
    var isStopped = false
    var error: (any Error)?

    mutating func add(_ record: ScanRecord, isNew: Bool, stops: Bool) -> Int {
      if record.failure != nil {
        outcome.failed.append(record)
        isStopped = isStopped || stops
      } else if isNew {
        outcome.done += 1
      } else {
        outcome.kept += 1
      }
      return outcome.done + outcome.kept + outcome.failed.count
    }

    mutating func stop(_ error: any Error) { (self.error, isStopped) = (self.error ?? error, true) }
  }

  /// Scans at the same time.
  private var workers: Int {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return max(1, min(request.workers ?? cores, cores, plans.count))
  }

  private func identity() throws -> RunIdentity {
    let settings = request.segmentation
    // Loaded once here, so that a model that cannot be used ends the run before it begins.
    let pipeline = try SegmentationPipeline(model: request.model, on: request.device, settings: settings)
    return RunIdentity(
      program: DatasetDescription.Program.softcord.title, model: pipeline.segmenter.model.provenance.name,
      modelChecksum: try Checksum.sha256(ofFile: request.model), precision: "\(pipeline.segmenter.precision)",
      vertebrae: [request.vertebrae.lowerBound, request.vertebrae.upperBound],
      options: (settings.keepsLargest ? ["largest component above 0.1"] : []) + (settings.searchesEverywhere ? ["searched everywhere"] : [])
    )
  }

  /// One scan, unless it is done already.
  private func one(
    _ plan: ScanPlan, _ identity: RunIdentity, _ pipeline: inout SegmentationPipeline?
  ) throws -> (record: ScanRecord, isNew: Bool) {
    let inputs = plan.inputs
    let known = try? ScanRecord.read(plan.place.path(plan.place.record))
    let work = ScanWork(request: request, plan: plan, identity: identity)
    if plan.isDone(known, identity, inputs), let known { return request.reportsOnly ? (try work.report(known), true) : (known, false) }
    if pipeline == nil { pipeline = try SegmentationPipeline(model: request.model, on: request.device, settings: request.segmentation) }
    let start = ContinuousClock.now
    let record = try work.run(with: pipeline!, inputs: inputs)
    try OutputFolder(request).log(record, seconds: (ContinuousClock.now - start) / .seconds(1))
    return (record, true)
  }
}
