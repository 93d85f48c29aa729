extension Rule {
    static let size = [functionLength, fileLength, lineLength]

    private static let longestFunction = 60
    private static let longestFile = 400
    private static let longestLine = 100

    private static func plant(_ text: String) -> SourceFile {
        SourceFile("Sources/Agent/Plant.swift", text)
    }

    private static func body(_ lines: Int) -> String {
        String(repeating: "    a()\n", count: lines)
    }

    private static let functionLength = perFile(
        "a function has at most \(longestFunction) lines", concerns: isSwift,
        broken: [
            plant("func a() {\n\(body(59))}\n"),
            plant("init(\n    a: Int = { 1 }()\n) {\n\(body(57))}\n"),
            plant("struct A {\n    var a: Int {\n\(body(59))    }\n}\n"),
            plant("protocol P {\n    func a()\n}\nfunc b() {\n    let a = \"}\"\n\(body(58))}\n"),
        ],
        right: [
            plant("func a() {\n\(body(58))}\n"),
            plant("protocol P {\n    func a()\n    func b() async\n}\nenum E {\n\(body(70))}\n"),
            plant("let a = [\n\(body(70))]\nlet b = A.init(\n\(body(70)))"),
        ]
    ) { file in
        FunctionScanner(file).functions.filter { $0.length > longestFunction }.map {
            file.complaint($0.line, "\($0.name) has \($0.length) lines")
        }
    }

    private static let fileLength = perFile(
        "a file has at most \(longestFile) lines", concerns: isSwift,
        broken: [plant(body(401))], right: [plant(body(400))]
    ) { file in
        let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
        return count > longestFile ? [file.complaint(1, "has \(count) lines")] : []
    }

    private static let lineLength = perFile(
        "a line has at most \(longestLine) columns", concerns: isSwift,
        broken: [plant("// " + String(repeating: "a", count: 98))],
        right: [plant("// " + String(repeating: "ä", count: 97))]
    ) { file in
        file.lines.enumerated().filter { $0.element.count > longestLine }.map {
            file.complaint($0.offset + 1, "has \($0.element.count) columns")
        }
    }
}
