import Testing

@testable import Files

@Suite struct WrittenDateTests {
  @Test func theEnvironmentSetsTheDate() {
    #expect(WrittenDate.text(in: ["SOURCE_DATE_EPOCH": "86400"]) == "1970-01-02T00:00:00Z")
    #expect(WrittenDate.text(in: [:]) > "2026")
  }
}
