import Testing

@testable import Playground

@Suite("the spans in which members took writes")
struct WritableSpansTests {
    private let start = ContinuousClock.now

    private func write(_ spans: inout WritableSpans, _ member: String, _ sent: Int, _ done: Int) {
        spans.succeeded(
            member, sent: start + .milliseconds(sent), done: start + .milliseconds(done))
    }

    @Test("conflict when two members committed within each other's series")
    func overlap() {
        var spans = WritableSpans()
        write(&spans, "db-0", 0, 1)
        write(&spans, "db-1", 50, 51)
        #expect(spans.conflict == nil)
        write(&spans, "db-0", 100, 101)
        #expect(spans.conflict != nil)
    }

    @Test("do not conflict when one member stopped before the other began")
    func handover() {
        var spans = WritableSpans()
        write(&spans, "db-0", 0, 1)
        write(&spans, "db-0", 100, 101)
        spans.failed("db-0")
        write(&spans, "db-1", 200, 201)
        spans.failed("db-1")
        write(&spans, "db-0", 300, 301)
        #expect(spans.conflict == nil)
        #expect(spans.spans.count == 3)
    }
}
