extension Rule {
    static let code = [forced, unchecked, locks, emptyCatch, unfinished]

    private static func plant(_ text: String) -> SourceFile {
        SourceFile("Sources/Agent/Plant.swift", text)
    }

    private static let forced = perFile(
        "nothing is forced", concerns: isSwift,
        broken: [plant("let a = try! b()"), plant("let a = b as! C"), plant("(b as! C).d")],
        right: [plant("let a = try? b()\nlet c = \"try! as!\" // try!\nif hasAs != true {}")]
    ) { file in
        file.code.enumerated().flatMap { number, line in
            ["try!", "as!"].filter { word in
                line.ranges(of: word).contains { range in
                    let before = line[..<range.lowerBound].last
                    let isWord = before.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
                    return !isWord && !line[range.upperBound...].hasPrefix("=")
                }
            }.map { file.complaint(number + 1, "has \($0)") }
        }
    }

    /// The comment must prove it; that there is one is what can be checked.
    private static let unchecked = perFile(
        "what the compiler is told to believe has its proof in a comment above",
        concerns: isSwift,
        broken: [
            plant("struct A {}\nfinal class B: @unchecked Sendable {}"),
            plant("nonisolated(unsafe) var a = 1"),
        ],
        right: [
            plant("// One thread alone touches it.\nfinal class B: @unchecked Sendable {}"),
            plant("/// Written once.\nfinal class B: C,\n    @unchecked Sendable\n{}"),
        ]
    ) { file in
        file.code.enumerated().compactMap { number, line in
            guard line.contains("@unchecked") || line.contains("nonisolated(unsafe)") else {
                return nil
            }
            let above = file.comments[max(0, number - 4)..<number]
            let isProven = above.contains { $0.contains { !$0.isWhitespace } }
            return isProven ? nil : file.complaint(number + 1, "has no proof above it")
        }
    }

    private static let locks = words(
        "locks are Mutex, waits are async",
        [
            "NSLock", "NSRecursiveLock", "NSCondition", "DispatchSemaphore", "DispatchGroup",
            "OperationQueue", "NIOLock",
        ],
        concerns: isSource,
        broken: [plant("let a = NSLock()"), plant("let a = DispatchSemaphore(value: 0)")],
        right: [plant("let a = Mutex(1) // no NSLock")])

    private static let emptyCatch = perFile(
        "no error is caught and forgotten without a word", concerns: isSwift,
        broken: [
            plant("do { try a() } catch {}"), plant("do { try a() } catch {\n\n}"),
            plant("do { try a() } catch let error as B {  }"),
        ],
        right: [
            plant("do { try a() } catch { return }"), plant("let catcher = {}"),
            plant("do { try a() } catch {\n    // Closed already.\n}"),
        ]
    ) { file in
        let words = zip(file.code, file.comments).enumerated().flatMap { number, line in
            // A comment counts as something that is done.
            let text = line.0 + (line.1.contains { $0 != " " } ? " said" : "")
            return text.replacing("{", with: " { ").replacing("}", with: " } ")
                .split(separator: " ").map { (text: $0, line: number + 1) }
        }
        return words.indices.compactMap { index in
            guard words[index].text == "catch",
                let open = words[index...].firstIndex(where: { $0.text == "{" }),
                open + 1 < words.count, words[open + 1].text == "}"
            else { return nil }
            return file.complaint(words[index].line, "catches and does nothing")
        }
    }

    private static let unfinished = perFile(
        "no comment puts work off", concerns: isSwift,
        broken: [plant("// TODO: later"), plant("/* FIXME */"), plant("let a = 1 // a HACK")],
        right: [plant("let todo = \"TODO\" // done")]
    ) { file in
        let words: Set<Substring> = ["TODO", "FIXME", "XXX", "HACK"]
        return file.comments.enumerated().flatMap { number, line in
            SourceFile.words(line).filter(words.contains).map {
                file.complaint(number + 1, "says \($0)")
            }
        }
    }
}
