/// A value as somebody wrote it, and where.
struct ConfigurationValue: Hashable {
    var text: String
    var source: ConfigurationSource

    /// The text in quotation marks, cut short and without control characters, for a message.
    var quoted: String {
        let visible = text.unicodeScalars.prefix(Limits.quotedCharacters).map {
            $0.value < 0x20 || $0.value == 0x7f ? "?" : String($0)
        }
        let rest = text.unicodeScalars.count > Limits.quotedCharacters ? "…" : ""
        return "\"\(visible.joined())\(rest)\""
    }
}
