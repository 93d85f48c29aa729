/// One measured figure beside what it should be.
struct Figure: Sendable, Hashable {
    /// How a value is written.
    enum Unit: Sendable, Hashable {
        case seconds, milliseconds, megabytes, count
    }

    var name: String
    var unit: Unit
    /// In the unit.
    var samples: [Double]
    /// The greatest that is good enough, in the unit.
    var target: Double
    /// What Patroni 4.1 with etcd was measured to need, as text.
    var patroni: String

    /// The value in the middle.
    var median: Double? {
        let sorted = samples.sorted()
        return sorted.isEmpty ? nil : sorted[sorted.count / 2]
    }

    /// Whether the median is good enough.
    var isMet: Bool { median.map { $0 <= target } ?? false }

    /// The columns of the table.
    static let head = ["FIGURE", "MEDIAN", "ALL", "TARGET", "", "PATRONI 4.1"]

    /// The row of the table.
    var row: [String] {
        [
            name, median.map(text) ?? "-", samples.map(text).joined(separator: ", "),
            "<= \(text(target))", isMet ? "met" : "MISSED", patroni,
        ]
    }

    private func text(_ value: Double) -> String {
        switch unit {
        case .seconds: "\(rounded(value, 100)) s"
        case .milliseconds: "\(rounded(value, 100)) ms"
        case .megabytes: "\(rounded(value, 10)) MB"
        case .count: "\(Int(value))"
        }
    }

    private func rounded(_ value: Double, _ parts: Double) -> Double {
        (value * parts).rounded() / parts
    }
}
