/// Ids of data on a volume (rule S1).
public enum Incarnation {
    /// A new random id: 16 hexadecimal digits.
    public static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        let text = String(generator.next(), radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
