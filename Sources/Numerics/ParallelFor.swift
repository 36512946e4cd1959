import Dispatch
import Synchronization

/// How loops use the processors. What comes out is the same, bit for bit.
public enum Parallelism {
  /// Whether loops run on the thread that asks for them alone: where many scans are made at the same time, parts of each would only get in
  /// each other's way.
  @TaskLocal public static var isOff = false
}

/// Calls a function once for each index, on several processors at the same time, and returns when all calls have.
///
/// - Parameters:
///   - count: Indices run from 0 to `count - 1`.
///   - jobs: Most calls at the same time; one a processor where `nil`.
///   - body: Called on several threads; calls must not depend on each other. With `jobs` they begin in the order of the indices.
public func parallelFor(_ count: Int, jobs: Int? = nil, _ body: @Sendable (Int) -> Void) {
  if Parallelism.isOff || count <= 1 {
    for index in 0..<max(count, 0) { body(index) }
  } else if let jobs {
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(max(jobs, 1), count)) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(index)
      }
    }
  } else {
    DispatchQueue.concurrentPerform(iterations: count, execute: body)
  }
}

/// Changes equal parts of an array at the same time, such as the slices of an image.
///
/// - Parameters:
///   - size: Of a part; the last one may be smaller.
///   - body: Gets the number of a part and its elements.
public func parallelFor<Element: Sendable>(
  parts size: Int, of array: inout [Element], _ body: @Sendable (Int, UnsafeMutableBufferPointer<Element>) -> Void
) {
  array.withUnsafeMutableBufferPointer { all in
    // Parts are disjoint, so writing them at the same time is safe.
    nonisolated(unsafe) let all = all
    parallelFor((all.count + size - 1) / max(size, 1)) { part in
      body(part, UnsafeMutableBufferPointer(rebasing: all[part * size..<min((part + 1) * size, all.count)]))
    }
  }
}

/// Changes equal parts of two arrays of the same length at the same time.
///
/// - Parameters:
///   - size: Of a part; the last one may be smaller.
///   - body: Gets the number of a part and its elements in both.
public func parallelFor<First: Sendable, Second: Sendable>(
  parts size: Int, of first: inout [First], _ second: inout [Second],
  _ body: @Sendable (Int, UnsafeMutableBufferPointer<First>, UnsafeMutableBufferPointer<Second>) -> Void
) {
  precondition(first.count == second.count, "arrays of \(first.count) and \(second.count) elements have not the same parts")
  second.withUnsafeMutableBufferPointer { all in
    nonisolated(unsafe) let all = all
    parallelFor(parts: size, of: &first) { part, own in
      body(part, own, UnsafeMutableBufferPointer(rebasing: all[part * size..<part * size + own.count]))
    }
  }
}
