extension String {
    /// The text with an escape before each of those characters. It goes by Unicode scalars: by
    /// graphemes a quote with a combining mark behind it would be no quote, and slip through.
    func escaping(_ characters: String, by escape: (Unicode.Scalar) -> Unicode.Scalar) -> String {
        let scalars = Set(characters.unicodeScalars)
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalars.contains(scalar) { result.append(escape(scalar)) }
            result.append(scalar)
        }
        return String(result)
    }
}
