/// What a StatefulSet makes of its template for one ordinal.
struct PodRecord: Sendable, Hashable {
    var name: String
    var ordinal: Int
    var uid: String
    /// The address of the Pod.
    var address: String
    /// The name of the machine that it runs on.
    var node: String
    /// The cluster's name.
    var cluster: String

    /// The labels that the template and the StatefulSet's controller give it.
    var labels: [String: String] {
        [
            "app.kubernetes.io/instance": cluster,
            "app.kubernetes.io/name": "understudy",
            "statefulset.kubernetes.io/pod-name": name,
            "apps.kubernetes.io/pod-index": "\(ordinal)",
        ]
    }

    /// A random UUID, version 4.
    static func newUID() -> String {
        var generator = SystemRandomNumberGenerator()
        let high = (generator.next() as UInt64) & 0xffff_ffff_ffff_0fff | 0x4000
        let low = (generator.next() as UInt64) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        let digits = [high, low].map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        let cuts = [0, 8, 12, 16, 20, 32]
        return zip(cuts, cuts.dropFirst()).map { start, end in
            String(digits.dropFirst(start).prefix(end - start))
        }.joined(separator: "-")
    }
}
