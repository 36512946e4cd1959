// swift-format-ignore-file: AlwaysUseLowerCamelCase
// C functions have the names of softcord.h.

import CSoftCord
import Datasets
import Files

/// A table behind a `softcord_table`.
package final class TableHandle: Sendable {
  let table: Table
  let notes: [String]
  let texts = Texts()

  package init(_ table: Table, notes: [String] = []) { (self.table, self.notes) = (table, notes) }

  func column(_ index: Int64) -> Table.Column? {
    Int(exactly: index).flatMap { table.columns.indices.contains($0) ? table.columns[$0] : nil }
  }

  func value(_ row: Int64, _ column: Int64) -> Table.Value? {
    guard let row = Int(exactly: row), let column = Int(exactly: column), table.rows.indices.contains(row),
      table.columns.indices.contains(column)
    else { return nil }
    return table.rows[row][column]
  }

  /// What a column holds: texts where there is one, else numbers where there is one or nothing at all, else integers.
  func kind(_ column: Int) -> Int {
    var (hasInteger, hasNumber) = (false, false)
    for row in table.rows {
      switch row[column] {
      case .text: return SOFTCORD_TEXTS
      case .integer: hasInteger = true
      case .number: hasNumber = true
      case .missing: break
      }
    }
    return hasInteger && !hasNumber ? SOFTCORD_INTEGERS : SOFTCORD_NUMBERS
  }
}

private func table(_ handle: OpaquePointer) -> TableHandle { object(handle) }

@c @implementation public func softcord_table_rows(_ handle: OpaquePointer!) -> Int64 { Int64(table(handle).table.rows.count) }

@c @implementation public func softcord_table_columns(_ handle: OpaquePointer!) -> Int64 { Int64(table(handle).table.columns.count) }

@c @implementation public func softcord_table_name(_ handle: OpaquePointer!, _ column: Int64) -> UnsafePointer<CChar>! {
  table(handle).column(column).map { table(handle).texts.pointer($0.name) }
}

@c @implementation public func softcord_table_description(_ handle: OpaquePointer!, _ column: Int64) -> UnsafePointer<CChar>! {
  table(handle).column(column).map { table(handle).texts.pointer($0.description) }
}

@c @implementation public func softcord_table_unit(_ handle: OpaquePointer!, _ column: Int64) -> UnsafePointer<CChar>! {
  table(handle).column(column)?.unit.map { table(handle).texts.pointer($0) }
}

@c @implementation public func softcord_table_kind(_ handle: OpaquePointer!, _ column: Int64) -> Int32 {
  table(handle).column(column) == nil ? -1 : Int32(table(handle).kind(Int(column)))
}

@c @implementation public func softcord_table_text(_ handle: OpaquePointer!, _ row: Int64, _ column: Int64) -> UnsafePointer<CChar>! {
  switch table(handle).value(row, column) {
  case .text(let text): table(handle).texts.pointer(text)
  case .integer(let integer): table(handle).texts.pointer("\(integer)")
  case .number(let number) where number.isFinite: table(handle).texts.pointer("\(number)")
  default: nil
  }
}

@c @implementation public func softcord_table_numbers(
  _ handle: OpaquePointer!, _ column: Int64, _ numbers: UnsafeMutablePointer<Double>!, _ count: Int64
) -> softcord_status {
  attempt {
    guard let handle, let numbers else { throw InterfaceError.null("table or numbers") }
    let rows = table(handle).table.rows
    guard table(handle).column(column) != nil else {
      throw InterfaceError.value(option: "column", found: "\(column)", expected: "0 to \(table(handle).table.columns.count - 1)")
    }
    guard count == rows.count else { throw InterfaceError.count(found: Int(count), expected: rows.count) }
    for (row, values) in rows.enumerated() {
      switch values[Int(column)] {
      case .integer(let integer): numbers[row] = Double(integer)
      case .number(let number): numbers[row] = number.isFinite ? number : .nan
      case .text, .missing: numbers[row] = .nan
      }
    }
  }
}

@c @implementation public func softcord_table_written(_ handle: OpaquePointer!, _ format: UnsafePointer<CChar>!) -> UnsafePointer<CChar>! {
  TableFormat(rawValue: String(cString: format)).map { table(handle).texts.pointer(table(handle).table.formatted(as: $0)) }
}

@c @implementation public func softcord_table_note(_ handle: OpaquePointer!, _ index: Int64) -> UnsafePointer<CChar>! {
  let notes = table(handle).notes
  return Int(exactly: index).flatMap { notes.indices.contains($0) ? table(handle).texts.pointer(notes[$0]) : nil }
}

@c @implementation public func softcord_table_free(_ table: OpaquePointer!) { release(table, TableHandle.self) }

@c @implementation public func softcord_interface() -> Int32 { Int32(SOFTCORD_INTERFACE) }

private let versionTexts = Texts()

@c @implementation public func softcord_version() -> UnsafePointer<CChar>! {
  versionTexts.pointer(DatasetDescription.Program.softcord.version ?? "")
}
