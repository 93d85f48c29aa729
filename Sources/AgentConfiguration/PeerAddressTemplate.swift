/// The template of members' addresses, taken apart.
struct PeerAddressTemplate: Sendable, Hashable {
    private enum Part: Hashable {
        case text(String)
        case statefulSet, ordinal, nextOrdinal, service, namespace

        init?(placeholder: String) {
            switch placeholder {
            case "statefulset": self = .statefulSet
            case "ordinal": self = .ordinal
            case "ordinal+1": self = .nextOrdinal
            case "service": self = .service
            case "namespace": self = .namespace
            default: return nil
            }
        }
    }

    /// Why a text is no template, as a clause about it.
    struct Failure: Error, Hashable {
        let clause: String
    }

    private var parts: [Part] = []

    /// A template from its text.
    init(_ text: String) throws(Failure) {
        var rest = text[...]
        while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
                throw Failure(clause: "has a brace without its other half")
            }
            let name = String(rest[rest.index(after: open)..<close])
            guard let part = Part(placeholder: name) else {
                throw Failure(clause: "has the unknown placeholder {\(name)}")
            }
            parts += [.text(String(rest[..<open])), part]
            rest = rest[rest.index(after: close)...]
        }
        parts.append(.text(String(rest)))
    }

    /// Whether members get different addresses.
    var dependsOnOrdinal: Bool {
        parts.contains(.ordinal) || parts.contains(.nextOrdinal)
    }

    /// The address of a member.
    func address(
        statefulSet: String, ordinal: Int, service: String, namespace: String
    ) -> String {
        parts.map {
            switch $0 {
            case .text(let text): text
            case .statefulSet: statefulSet
            case .ordinal: String(ordinal)
            case .nextOrdinal: String(ordinal + 1)
            case .service: service
            case .namespace: namespace
            }
        }.joined()
    }
}
