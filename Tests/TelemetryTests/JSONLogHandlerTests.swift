import FoundationEssentials
import Glibc
import Logging
import POSIX
import Synchronization
import Testing

@testable import Telemetry

@Suite struct JSONLogHandlerTests {
    @Test("an entry is one line: time, level, logger, message, then sorted metadata")
    func entry() {
        let lines = Lines()
        var logger = lines.logger()
        logger[metadataKey: "member"] = "db-0"
        logger.info("started", metadata: ["term": "\(7)", "reason": "Opened"])
        #expect(
            lines.texts == [
                #"{"ts":"2026-02-07T08:09:10.045Z","level":"info","logger":"agent","#
                    + #""message":"started","member":"db-0","reason":"Opened","term":"7"}"#
                    + "\n"
            ])
    }

    @Test("an entry's own metadata wins, numbers and truth values stay what they are")
    func values() throws {
        let lines = Lines()
        var logger = lines.logger()
        logger[metadataKey: "count"] = "old"
        logger.info(
            "values",
            metadata: [
                "count": .stringConvertible(42), "yes": .stringConvertible(true),
                "ratio": .stringConvertible(0.5), "list": ["a", ["b": "c"]],
            ])
        #expect(try #require(lines.texts.first).contains(#""count":42,"list":["a",{"b":"c"}],"#))
        #expect(try #require(lines.texts.first).contains(#""ratio":"0.5","yes":true}"#))
    }

    @Test("metadata cannot pass itself off as time, level, logger or message")
    func reserved() throws {
        let lines = Lines()
        lines.logger().error("real", metadata: ["message": "false", "level": "info"])
        let object = try lines.object()
        #expect(object["message"] == "real")
        #expect(object["level"] == "error")
        #expect(object["_message"] == "false")
    }

    @Test(
        "no text breaks the line, the JSON or the terminal",
        arguments: [
            "line\nbreak\r\n", "quote\" and \\ backslash", "\u{1b}[31mred\u{7}", "nul\0nul",
            "\u{7f}\u{80}\u{9f}", "\u{2028}\u{2029}", "\u{202e}evil\u{2066}", "💥 ünïcödé",
            "\"}\n{\"ts\":\"forged\"", "", "\u{fffd}\u{fffe}\u{10ffff}",
        ])
    func hostile(text: String) throws {
        let lines = Lines()
        lines.logger().info("\(text)", metadata: ["\(text)key": "\(text)", "nested": ["\(text)"]])
        let line = try #require(lines.texts.first)
        #expect(line.filter(\.isNewline) == "\n")
        #expect(
            !line.dropLast().unicodeScalars.contains { $0.properties.generalCategory == .control })
        #expect(!line.unicodeScalars.contains("\u{202e}"))
        let object = try lines.object()
        #expect(object["message"] == text)
        #expect(object["\(text)key"] == text)
    }

    @Test("a line is never longer than a pipe takes in one piece, and stays JSON")
    func bounded() throws {
        let lines = Lines()
        let long = String(repeating: "ä\u{1}", count: 5_000)
        var metadata: Logger.Metadata = [:]
        for index in 0..<100 {
            metadata["\(index)\(long)"] = ["deep": [["deeper": ["\(long)", "\(long)"]]]]
        }
        lines.logger().info("\(long)", metadata: metadata)
        lines.logger().info("short", metadata: ["a": "\(long)", "b": "x"])
        for line in lines.texts {
            #expect(line.utf8.count <= 4_096)
            _ = try JSONDecoder().decode(AnyObject.self, from: Data(line.utf8))
        }
        #expect(lines.texts.first?.hasSuffix(",\"truncated\":true}\n") == true)
    }

    @Test("nothing below the level is written, and the level can be set")
    func level() {
        let lines = Lines()
        var logger = lines.logger()
        logger.debug("hidden")
        #expect(lines.texts.isEmpty)
        logger.logLevel = .debug
        logger.debug("shown")
        #expect(lines.texts.count == 1)
    }

    @Test("concurrent entries to a pipe do not mix")
    func concurrent() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let output = LogOutput(descriptor: ends[1])
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    let logger = Logger(label: "\(task)") {
                        JSONLogHandler(label: $0, output: output)
                    }
                    for _ in 0..<4 {
                        logger.info("\(String(repeating: "\(task)", count: 900))")
                    }
                }
            }
        }
        close(ends[1])
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(ends[0], &chunk, chunk.count), count > 0 {
            bytes += chunk[..<count]
        }
        close(ends[0])
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 32)
        for line in lines {
            _ = try JSONDecoder().decode([String: String].self, from: Data(line))
        }
    }
}

/// The lines that a logger wrote.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var texts: [String] { lines.withLock { $0 } }

    func logger() -> Logger {
        Logger(label: "agent") {
            JSONLogHandler(
                label: $0, level: .info,
                output: LogOutput { line in
                    self.lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
                },
                clock: { Timestamp(seconds: 1_770_451_750, nanoseconds: 45_999_999) })
        }
    }

    /// The texts among the first line's members.
    func object() throws -> [String: String] {
        let line = try #require(texts.first)
        let object = try JSONDecoder().decode([String: Scalar].self, from: Data(line.utf8))
        return object.compactMapValues(\.text)
    }
}

/// A value of JSON, of which only texts matter.
private struct Scalar: Decodable {
    var text: String?

    init(from decoder: any Decoder) throws {
        text = try? decoder.singleValueContainer().decode(String.self)
    }
}

/// Any object of JSON.
private struct AnyObject: Decodable {}
