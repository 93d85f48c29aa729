import JSON
import Testing

@Suite("JSONValue")
struct JSONValueTests {
    @Test(
        "what is read is what is written",
        arguments: [
            "null", "true", "1", "-9007199254740993", "1.5", #""a/\"ä\n""#, "[]", "{}",
            #"[1,"1",true,null,{"a":[{}]}]"#, #"{"a":{"b":1},"c":null}"#,
        ])
    func roundTrip(text: String) throws {
        let value = try JSONValue(parsing: text.utf8)
        #expect(String(decoding: value.bytes, as: UTF8.self) == text)
    }

    @Test("what is no JSON is an error", arguments: ["", "{", "{\"a\"}", "nul", "[1,]x"])
    func nonsense(text: String) {
        #expect(throws: (any Error).self) { try JSONValue(parsing: text.utf8) }
    }

    @Test("kinds are told apart")
    func kinds() {
        let value: JSONValue = ["text": "1", "number": 1, "truth": true, "list": ["a"], "map": [:]]
        #expect(value["text"]?.string == "1" && value["text"]?.integer == nil)
        #expect(value["number"]?.integer == 1 && value["number"]?.bool == nil)
        #expect(value["truth"]?.bool == true && value["truth"]?.integer == nil)
        #expect(value["list"]?.array == ["a"] && value["list"]?.object == nil)
        #expect(value["map"]?.object == [:] && value["absent"] == nil)
        #expect(value.strings == ["text": "1"])
    }

    @Test("members are set and removed, also in what was no object")
    func members() {
        var value: JSONValue = 1
        value["a"] = "b"
        #expect(value == ["a": "b"])
        value["a"] = nil
        #expect(value == [:])
    }
}
