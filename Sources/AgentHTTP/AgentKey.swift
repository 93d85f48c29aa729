import Crypto
import FoundationEssentials
import Synchronization

/// The key that the members of a cluster share, by which they know one another's messages.
public final class AgentKey: Sendable {
    private let key: Mutex<SymmetricKey>

    /// A key from the text of its Secret.
    public init(_ text: String) {
        key = Mutex(SymmetricKey(data: Array(text.utf8)))
    }

    /// Takes another key from now on.
    public func replace(with text: String) {
        let new = SymmetricKey(data: Array(text.utf8))
        key.withLock { $0 = new }
    }

    /// The signature of a message: HMAC-SHA256, in hexadecimal.
    func signature(of message: [UInt8]) -> String {
        let key = key.withLock { $0 }
        return Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: message, using: key))
    }

    /// Whether that is the signature of the message; takes the same time whatever is wrong.
    func isSignature(_ text: String, of message: [UInt8]) -> Bool {
        guard let code = Hexadecimal.bytes(text, count: SHA256.byteCount) else { return false }
        let key = key.withLock { $0 }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: key)
    }
}
