/// A value as somebody wrote it, and where.
struct ConfigurationValue: Hashable {
    var text: String
    var source: ConfigurationSource

    /// The text in quotation marks, cut short and without control characters, for a message.
    var quoted: String { "\"\(Text.visible(text, limit: Limits.quotedCharacters))\"" }
}
