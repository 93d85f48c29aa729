import Testing

@Suite struct TidyTests {
    @Test("the repository keeps the rule", arguments: Rule.all)
    func holds(rule: Rule) async throws {
        let files = try await Repository.files.value
        let hasSubject = files.contains(where: rule.concerns)
        #expect(hasSubject, "the rule is about no file at all")
        for complaint in rule.complaints(files) {
            Issue.record("\(complaint)")
        }
    }

    @Test("the rule finds what breaks it, and nothing else", arguments: Rule.all)
    func finds(rule: Rule) {
        #expect(!rule.broken.isEmpty)
        #expect(!rule.right.isEmpty)
        for (index, files) in rule.broken.enumerated() {
            #expect(!rule.complaints(files).isEmpty, "plant \(index)")
        }
        for (index, files) in rule.right.enumerated() {
            #expect(rule.complaints(files) == [], "plant \(index)")
        }
    }

    @Test("code, comments and texts are told apart")
    func lexer() {
        let text = """
            let a = "x // y \\(b("z") + "}") \\" end" // real
            let c = #"raw " \\(no) \\#(d) "# /* one /* two */ still */ let e
            let f = \"""
                "quoted" // no \\(g)
                \"""
            """
        let file = SourceFile("Plant.swift", text)
        let code = file.code.map { $0.split(separator: " ").joined(separator: " ") }
        let comments = file.comments.map { $0.split(separator: " ").joined(separator: " ") }
        #expect(code == ["let a =", "let c = let e", "let f =", "", ""])
        #expect(comments == ["// real", "/* one /* two */ still */", "", "", ""])
    }

    @Test("functions are found with their lengths")
    func functions() {
        let text = """
            protocol P {
                func none()
                init()
            }
            struct S {
                var plain = 1
                var computed: Int { 1 }
                init() { self.init(1) }
                func long(
                    a: () -> Int = { 1 }
                ) async throws -> Int where A: B {
                    if a { b { c } }
                }
            }
            """
        let functions = FunctionScanner(SourceFile("Plant.swift", text)).functions
        #expect(functions.map(\.line) == [7, 8, 9])
        #expect(functions.map(\.length) == [1, 1, 5])
    }
}
