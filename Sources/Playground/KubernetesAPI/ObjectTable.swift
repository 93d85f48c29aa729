import Glibc
import JSON

/// Objects as the table that `kubectl get` prints.
enum ObjectTable {
    private struct Column: Sendable {
        var name: String
        var isWide = false
        var cell: @Sendable (JSONValue) -> JSONValue
    }

    static func render(
        _ objects: [JSONValue], of resource: APIResource, version: String, wholeObjects: Bool
    ) -> JSONValue {
        let columns = columns(of: resource.storage)
        let definitions = columns.map { column -> JSONValue in
            [
                "name": .string(column.name), "description": "",
                "type": "string",
                "format": column.name == "Name" ? "name" : "",
                "priority": column.isWide ? 1 : 0,
            ]
        }
        let rows = objects.map { object -> JSONValue in
            [
                "cells": .array(columns.map { $0.cell(object) }),
                "object": wholeObjects ? object : partial(object),
            ]
        }
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1",
            "metadata": ["resourceVersion": .string(version)],
            "columnDefinitions": .array(definitions), "rows": .array(rows),
        ]
    }

    private static func partial(_ object: JSONValue) -> JSONValue {
        [
            "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
            "metadata": object["metadata"] ?? [:],
        ]
    }

    private static func columns(of resource: APIResource) -> [Column] {
        let name = Column(name: "Name") { $0["metadata"]?["name"] ?? "" }
        let age = Column(name: "Age") { object in
            .string(Self.age(of: object["metadata"]?["creationTimestamp"]))
        }
        switch resource {
        case .pods: return [name] + podColumns + [age] + widePodColumns
        case .leases:
            return [name, Column(name: "Holder") { $0["spec"]?["holderIdentity"] ?? "" }, age]
        case .namespaces:
            return [name, Column(name: "Status") { $0["status"]?["phase"] ?? "" }, age]
        case .events: return eventColumns
        default: return [name, age]
        }
    }

    // MARK: - Pods

    private static let podColumns = [
        Column(name: "Ready") { pod in
            let all = statuses(of: pod)
            let ready = all.filter { $0["ready"]?.bool ?? false }.count
            let wanted = (pod["spec"]?["containers"]?.array?.count ?? 0) + sidecars(of: pod).count
            return .string("\(ready)/\(max(all.count, wanted))")
        },
        Column(name: "Status") { .string(status(of: $0)) },
        Column(name: "Restarts") { pod in
            let counts = statuses(of: pod).map { $0["restartCount"]?.integer ?? 0 }
            return .string(String(counts.reduce(0, +)))
        },
    ]

    private static let widePodColumns = [
        Column(name: "IP", isWide: true) { $0["status"]?["podIP"] ?? "<none>" },
        Column(name: "Node", isWide: true) { $0["spec"]?["nodeName"] ?? "<none>" },
        Column(name: "Nominated Node", isWide: true) { _ in "<none>" },
        Column(name: "Readiness Gates", isWide: true) { _ in "<none>" },
    ]

    private static func sidecars(of pod: JSONValue) -> Set<String> {
        let containers = pod["spec"]?["initContainers"]?.array ?? []
        return Set(
            containers.filter { $0["restartPolicy"]?.string == "Always" }
                .compactMap { $0["name"]?.string })
    }

    /// The status of what runs on: containers and native sidecars.
    private static func statuses(of pod: JSONValue) -> [JSONValue] {
        let names = sidecars(of: pod)
        let first = (pod["status"]?["initContainerStatuses"]?.array ?? [])
            .filter { names.contains($0["name"]?.string ?? "") }
        return first + (pod["status"]?["containerStatuses"]?.array ?? [])
    }

    private static func status(of pod: JSONValue) -> String {
        if pod["metadata"]?["deletionTimestamp"] != nil { return "Terminating" }
        for status in pod["status"]?["initContainerStatuses"]?.array ?? [] {
            if let reason = status["state"]?["waiting"]?["reason"]?.string {
                return "Init:" + reason
            }
        }
        for status in pod["status"]?["containerStatuses"]?.array ?? [] {
            let state = status["state"]
            if let reason = state?["waiting"]?["reason"]?.string
                ?? state?["terminated"]?["reason"]?.string
            {
                return reason
            }
        }
        return pod["status"]?["phase"]?.string ?? "Unknown"
    }

    // MARK: - Events

    private static let eventColumns = [
        Column(name: "Last Seen") { event in
            let times = ["lastTimestamp", "eventTime", "firstTimestamp"]
            let seen = times.compactMap { event[$0] }.first { $0.string != nil }
            return .string(age(of: seen ?? event["metadata"]?["creationTimestamp"]))
        },
        Column(name: "Type") { $0["type"] ?? "" },
        Column(name: "Reason") { $0["reason"] ?? "" },
        Column(name: "Object") { event in
            let object = event["involvedObject"]
            let kind = object?["kind"]?.string?.lowercased() ?? ""
            return .string("\(kind)/\(object?["name"]?.string ?? "")")
        },
        Column(name: "Message") { $0["message"] ?? "" },
        Column(name: "Name", isWide: true) { $0["metadata"]?["name"] ?? "" },
    ]

    // MARK: - Age

    /// How long ago a time is, as `kubectl` writes it.
    private static func age(of timestamp: JSONValue?) -> String {
        guard let text = timestamp?.string, let then = ObjectIdentity.seconds(of: text) else {
            return "<unknown>"
        }
        return span(max(0, Int64(time(nil)) - then))
    }

    static func span(_ seconds: Int64) -> String {
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400)
        func pair(_ whole: Int64, _ unit: String, _ rest: Int64, _ restUnit: String) -> String {
            rest == 0 ? "\(whole)\(unit)" : "\(whole)\(unit)\(rest)\(restUnit)"
        }
        if seconds < 120 { return "\(seconds)s" }
        if minutes < 10 { return pair(minutes, "m", seconds % 60, "s") }
        if minutes < 180 { return "\(minutes)m" }
        if hours < 8 { return pair(hours, "h", minutes % 60, "m") }
        if hours < 48 { return "\(hours)h" }
        if days < 8 { return pair(days, "d", hours % 24, "h") }
        return "\(days)d"
    }
}
