import Synchronization

/// A progress bar that several threads move; it never goes back.
final class SharedProgress: Sendable {
  private let bar: Mutex<(bar: ProgressBar, fraction: Double)>

  init(_ title: String) { bar = Mutex((ProgressBar(title), -1)) }

  func update(_ fraction: Double) {
    bar.withLock { state in
      guard fraction > state.fraction else { return }
      state.fraction = fraction
      state.bar.update(fraction)
    }
  }

  func finish(_ remark: String) { bar.withLock { $0.bar.finish(remark) } }
}
