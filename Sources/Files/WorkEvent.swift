/// What a piece of work tells its observer while it goes on: the same for all that takes long.
public enum WorkEvent: Sendable {
  /// A task begins; those that tell of no beginning begin with their first progress.
  case started(task: String)
  /// How far a task is, 0…1, with a remark on it.
  case progress(task: String, fraction: Double, remark: String = "")
  /// The task has ended; what it led to.
  case finished(task: String, remark: String = "")
  /// Something that a reader should know.
  case note(String)
  /// An input that could not be used, in one line; the work goes on without it.
  case problem(String)
}

/// Is told what happens, possibly on several threads at once.
public typealias WorkObserver = @Sendable (WorkEvent) -> Void
