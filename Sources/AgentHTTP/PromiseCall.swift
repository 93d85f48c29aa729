import FoundationEssentials
import ReplicationCore

/// What a member sends to `POST /promise`, with its signature in the field ``field``.
struct PromiseCall: Hashable, Codable {
    /// The cluster's name.
    var cluster: String
    /// The asker's identity, `<pod>_<podUID>`.
    var from: String
    /// The member that is asked.
    var to: String
    /// What is asked.
    var request: PromiseRequest
    /// The epoch of the asked agent's run, as it last told; empty until then.
    var epoch: String
    /// Greater with every call of this asker.
    var sequence: UInt64
    /// Random: the answer's signature covers it, so that no old answer can be passed off as this
    /// call's.
    var nonce: String

    /// The header field of the signature, in calls and answers.
    static let field = "understudy-signature"

    /// What the signature of a request covers.
    static func signed(method: String, path: String, body: [UInt8]) -> [UInt8] {
        Array("\(method)\n\(path)\n".utf8) + body
    }

    /// What the signature of an answer covers.
    static func signed(answer status: Int, to nonce: String, body: [UInt8]) -> [UInt8] {
        Array("answer\n\(status)\n\(nonce)\n".utf8) + body
    }

    /// A call from its JSON; nil where it is none, or cannot be true.
    init?(json: [UInt8]) {
        do {
            self = try JSONDecoder().decode(PromiseCall.self, from: Data(json))
        } catch {
            return nil
        }
        let texts = [cluster, from, to, request.holder, nonce]
        guard texts.allSatisfy({ ReportCheck.isPlain($0) && !$0.isEmpty }),
            ReportCheck.isPlain(epoch), ReportCheck.terms.contains(request.term),
            sequence <= UInt64(Int64.max)
        else { return nil }
    }

    init(
        cluster: String, to: String, request: PromiseRequest, epoch: String, sequence: UInt64
    ) {
        self.cluster = cluster
        from = request.holder
        self.to = to
        self.request = request
        self.epoch = epoch
        self.sequence = sequence
        nonce = Hexadecimal.random(bytes: 16)
    }
}

/// The answer to a call that may be a repetition: what the next one must say.
struct PromiseRepetition: Hashable, Codable {
    /// The epoch of the asked agent's run.
    var epoch: String
    /// The sequence that must be surpassed.
    var last: UInt64
}
