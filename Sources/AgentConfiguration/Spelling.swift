/// Finds what somebody meant who mistyped a name.
enum Spelling {
    /// A sentence that names the likely meant word, or where to find all.
    static func remedy(
        _ name: String, among known: [String], shown: (String) -> String
    ) -> String {
        guard let meant = closest(name, among: known) else {
            return "Remove it; --help lists what there is."
        }
        return "Did you mean \(shown(meant))?"
    }

    private static let greatestDistance = 2
    private static let longestName = 64

    private static func closest(_ name: String, among known: [String]) -> String? {
        guard name.utf8.count <= longestName else { return nil }
        let ranked = known.map { (word: $0, distance: distance(Array(name.utf8), Array($0.utf8))) }
        return ranked.filter { $0.distance <= greatestDistance }
            .min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
    }

    /// How many bytes must be added, removed or exchanged (Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (line, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in right.enumerated() {
                let exchanged = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(exchanged, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
