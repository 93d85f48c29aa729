import JSON

/// What the API refuses to store, as far as a member could get it wrong.
enum ObjectRules {
    static func check(_ object: JSONValue, as resource: APIResource) throws(APIFailure) {
        let name = object["metadata"]?["name"]?.string ?? ""
        guard isSubdomain(name) else {
            throw .invalid(
                resource, name,
                "metadata.name: Invalid value: \"\(name)\": a lowercase RFC 1123 subdomain must "
                    + "consist of lower case alphanumeric characters, '-' or '.'")
        }
        for (key, value) in object["metadata"]?["labels"]?.object ?? [:] {
            guard isKey(key), let value = value.string, isLabelValue(value) else {
                throw .invalid(
                    resource, name, "metadata.labels: Invalid value: \"\(key)\": not a label")
            }
        }
        for (key, value) in object["metadata"]?["annotations"]?.object ?? [:] {
            guard isKey(key.lowercased()), value.string != nil else {
                throw .invalid(
                    resource, name,
                    "metadata.annotations: Invalid value: \"\(key)\": not an annotation")
            }
        }
        if resource == .leases { try checkLease(object, name) }
    }

    private static func checkLease(_ object: JSONValue, _ name: String) throws(APIFailure) {
        let spec = object["spec"]
        if let duration = spec?["leaseDurationSeconds"], duration.integer ?? 0 < 1 {
            throw .invalid(
                .leases, name,
                "spec.leaseDurationSeconds: Invalid value: must be greater than 0")
        }
        if let transitions = spec?["leaseTransitions"], transitions.integer ?? -1 < 0 {
            throw .invalid(
                .leases, name,
                "spec.leaseTransitions: Invalid value: must be greater than or equal to 0")
        }
        for member in ["acquireTime", "renewTime"] {
            guard let time = spec?[member], time != .null else { continue }
            guard let text = time.string, ObjectIdentity.seconds(of: text) != nil else {
                throw .badRequest("Lease in version \"v1\" cannot be handled: spec.\(member)")
            }
        }
    }

    private static func isSubdomain(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 253
            && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                guard let first = part.utf8.first, let last = part.utf8.last else { return false }
                return isLowerOrDigit(first) && isLowerOrDigit(last)
                    && part.utf8.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "-") }
            }
    }

    /// A label's or annotation's key: an optional DNS prefix, a slash, a name.
    private static func isKey(_ key: String) -> Bool {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let name = parts.last, !name.isEmpty else {
            return false
        }
        return isLabelValue(String(name)) && (parts.count == 1 || isSubdomain(String(parts[0])))
    }

    private static func isLabelValue(_ value: String) -> Bool {
        guard let first = value.utf8.first, let last = value.utf8.last else { return true }
        return value.utf8.count <= 63 && isAlphanumeric(first) && isAlphanumeric(last)
            && value.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
