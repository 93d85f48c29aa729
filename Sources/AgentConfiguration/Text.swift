import Glibc

/// What texts look like that Kubernetes and the network take.
enum Text {
    /// A number written in digits alone: no sign, no blank, no needless zero.
    static func decimal(_ text: String) -> Int? {
        guard text.utf8.allSatisfy(isDigit), text == "0" || !text.hasPrefix("0") else {
            return nil
        }
        return Int(text)
    }

    /// RFC 1123: up to 63 lower-case letters, digits and inner dashes.
    static func isLabel(_ text: String) -> Bool {
        text.utf8.count <= Limits.label && isFramed(text) { $0 == dash }
    }

    /// A host name or an IP address.
    static func isHost(_ text: String) -> Bool {
        if isIPAddress(text) { return true }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= Limits.name && parts.allSatisfy { isLabel(String($0)) }
    }

    /// An IPv4 or IPv6 address in its usual form.
    static func isIPAddress(_ text: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1
    }

    /// A label's key as Kubernetes takes it: `role`, `example.org/role`.
    static func isLabelKey(_ text: String) -> Bool {
        let parts = text.split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.last, isLabelValue(String(name)) else { return false }
        return parts.count == 1 || (isHost(String(parts[0])) && !isIPAddress(String(parts[0])))
    }

    /// Kubernetes' ids: printable, and free of what separates them in the Lease's holder.
    static func isUID(_ text: String) -> Bool {
        text.utf8.count <= Limits.label && isFramed(text, upperCase: true) { $0 == dash }
    }

    /// A selector of labels, as far as its characters go; the API server parses it.
    static func isSelector(_ text: String) -> Bool {
        text.utf8.count <= Limits.path
            && text.utf8.allSatisfy { isAlphanumeric($0) || "-._/=!,() ".utf8.contains($0) }
    }

    /// Whether there are control characters in it.
    static func hasControls(_ text: String) -> Bool {
        text.utf8.contains { $0 < 0x20 || $0 == 0x7f }
    }

    /// A text as a message may repeat it: on one line, without what steers a terminal, cut short.
    static func visible(_ text: String, limit: Int = Limits.clauseCharacters) -> String {
        let scalars = text.unicodeScalars.prefix(limit).map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: "?"
            default: String(scalar)
            }
        }
        return scalars.joined() + (text.unicodeScalars.count > limit ? "…" : "")
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static let dash = UInt8(ascii: "-")

    private static func isLabelValue(_ text: String) -> Bool {
        text.utf8.count <= Limits.label
            && isFramed(text, upperCase: true) { "-._".utf8.contains($0) }
    }

    /// Begins and ends with a letter or digit; inside, others are allowed.
    private static func isFramed(
        _ text: String, upperCase: Bool = false, inside: (UInt8) -> Bool
    ) -> Bool {
        func isWord(_ byte: UInt8) -> Bool {
            isDigit(byte) || isLower(byte) || (upperCase && isAlphanumeric(byte))
        }
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isWord(first) && isWord(last) && text.utf8.allSatisfy { isWord($0) || inside($0) }
    }

    private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLower(byte) || (0x41...0x5a).contains(byte)
    }
}
