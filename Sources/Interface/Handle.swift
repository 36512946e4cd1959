import CSoftCord
import Files
import Foundation
import Numerics
import Statuses
import Synchronization

/// What a C program holds: an object that it owns, until it frees it.
package func handle(_ object: AnyObject) -> OpaquePointer { OpaquePointer(Unmanaged.passRetained(object).toOpaque()) }

/// The object of a handle, which stays the caller's.
package func object<T: AnyObject>(_ handle: OpaquePointer, as type: T.Type = T.self) -> T {
  Unmanaged<T>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

/// Takes a handle back.
package func release<T: AnyObject>(_ handle: OpaquePointer?, _ type: T.Type) {
  if let handle { Unmanaged<T>.fromOpaque(UnsafeRawPointer(handle)).release() }
}

/// The process that loaded the library.
private let birthplace = getpid()

/// Does what a C function is for; of an error, its message is kept for the thread.
///
/// The system's threads do not follow a process into its copy (`fork`), where loops would wait for them forever; there they run on one thread.
///
/// - Parameter status: The status of an error.
package func attempt(
  status: (any Error) -> ExitStatus? = { ExitStatus(withoutEngine: $0) }, _ body: () throws -> Void
) -> softcord_status {
  do {
    if getpid() == birthplace { try body() } else { try Parallelism.$isOff.withValue(true) { try body() } }
    return softcord_status(SOFTCORD_DONE)
  } catch {
    sc_keep_message("\(error)")
    let error = (error as? LocatedError)?.cause ?? error
    return ((error as? InterfaceError)?.status ?? status(error) ?? .fault).rawValue
  }
}

/// Makes sure that the process has a birthplace before it has copies.
package func rememberBirthplace() { _ = birthplace }

/// Texts that stay where they are as long as this object.
final class Texts: Sendable {
  /// Each text with the address of its copy.
  private let kept = Mutex<[String: UInt]>([:])

  func pointer(_ text: String) -> UnsafePointer<CChar> {
    let address = kept.withLock { kept in
      if let known = kept[text] { return known }
      let copy = UInt(bitPattern: strdup(text))
      kept[text] = copy
      return copy
    }
    return UnsafePointer(bitPattern: address)!
  }

  deinit { kept.withLock { for address in $0.values { free(UnsafeMutableRawPointer(bitPattern: address)) } } }
}

/// A progress function of C with what it is given, called by one thread at a time.
package final class Progress: Sendable {
  private let turn = Mutex<Void>(())
  private let function: (@convention(c) (Double, UnsafeMutableRawPointer?) -> Void)?
  // What it leads to is the caller's business.
  nonisolated(unsafe) private let context: UnsafeMutableRawPointer?

  package init(_ function: (@convention(c) (Double, UnsafeMutableRawPointer?) -> Void)?, _ context: UnsafeMutableRawPointer?) {
    (self.function, self.context) = (function, context)
  }

  package func tell(_ fraction: Double) { if let function { turn.withLock { _ in function(fraction, context) } } }
}
