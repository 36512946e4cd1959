import Files
import Synchronization

/// Shows on standard error what a library's work tells: a progress bar for each task, which never goes back, notes and problems.
final class WorkView: Sendable {
  private let current = Mutex<(task: String, bar: ProgressBar, fraction: Double)?>(nil)

  /// An observer for one piece of work.
  static func observer() -> WorkObserver {
    let view = WorkView()
    return { view.show($0) }
  }

  private func show(_ event: WorkEvent) {
    switch event {
    case .note(let text): current.withLock { Console.note($0 != nil && Console.isTerminal ? "\r\u{1B}[2K" + text : text) }
    case .problem(let text): Console.error(text)
    case .started(let task): current.withLock { $0 = (task, ProgressBar(task), -1) }
    case .progress(let task, let fraction, let remark):
      current.withLock { current in
        if current?.task != task { current = (task, ProgressBar(task), -1) }
        guard fraction > current!.fraction else { return }
        current!.fraction = fraction
        current!.bar.update(fraction, remark)
      }
    case .finished(let task, let remark):
      current.withLock { current in
        if current?.task != task { current = (task, ProgressBar(task), -1) }
        current!.bar.finish(remark)
        current = nil
      }
    }
  }
}
