import ReplicationCore

/// An end of data: so many entries from the very beginning, the last of them on that segment.
struct End: Hashable {
    var segment: Int
    var offset: Int
}

/// What was written between one promotion (or the first start) and the next, by one server.
struct Segment {
    /// The segment that it went on from; -1 for the first of a cluster.
    var parent: Int
    /// How many entries came before it.
    var fork: Int
    /// The branch as the server numbers it: two promotions of one place give the same.
    var branch: UInt32
    /// The term of the mastership; 0 for the first data.
    var term: Int
    var owner: Int
    /// The client writes in it; -1 stands for a record of the server's own.
    var entries: [Int] = []
    /// The finished branches that a server on this segment knows of.
    var finished: [FinishedBranch]
    /// The end of the last acknowledged write in it; 0 when there is none.
    var acknowledgedEnd = 0

    var end: Int { fork + entries.count }
}

/// Every log that was ever written, exactly: who holds what can always be told.
struct History {
    private(set) var segments: [Segment] = []
    /// Where each client write lies, by its number.
    private(set) var places: [End] = []
    private(set) var acknowledgedSegments: [Int] = []
    /// What a person has given up, by segment: its end.
    private var waived: [Int: Int] = [:]

    mutating func begin(after parent: End?, term: Int, owner: Int) -> End {
        var finished: [FinishedBranch] = []
        var branch: UInt32 = 1
        if let parent {
            let before = segments[parent.segment]
            branch = before.branch + 1
            finished = before.finished
            finished.append(FinishedBranch(branch: before.branch, end: UInt64(parent.offset)))
        }
        segments.append(
            Segment(
                parent: parent?.segment ?? -1, fork: parent?.offset ?? 0, branch: branch,
                term: term, owner: owner, finished: finished))
        return appendNoise(at: segments.count - 1)
    }

    /// A record of the server's own.
    mutating func appendNoise(at segment: Int) -> End {
        segments[segment].entries.append(-1)
        return End(segment: segment, offset: segments[segment].end)
    }

    /// A new client write; its number is the count of those before it.
    mutating func appendWrite(at segment: Int) -> (write: Int, end: End) {
        let write = places.count
        segments[segment].entries.append(write)
        let end = End(segment: segment, offset: segments[segment].end)
        places.append(end)
        return (write, end)
    }

    mutating func acknowledge(_ write: Int) {
        let place = places[write]
        if segments[place.segment].acknowledgedEnd == 0 {
            acknowledgedSegments.append(place.segment)
        }
        segments[place.segment].acknowledgedEnd = max(
            segments[place.segment].acknowledgedEnd, place.offset)
    }

    /// The last client write that an end holds counts as if it had been acknowledged.
    mutating func show(_ end: End) {
        var place: End? = end
        while let at = place {
            let segment = segments[at.segment]
            let held = segment.entries.prefix(max(0, at.offset - segment.fork))
            if let write = held.last(where: { $0 >= 0 }) { return acknowledge(write) }
            place = parent(at)
        }
    }

    /// What an end lacks is given up.
    mutating func waive(lackedBy end: End) {
        for segment in acknowledgedSegments {
            let place = End(segment: segment, offset: segments[segment].acknowledgedEnd)
            if !isAncestor(place, of: end) { waived[segment] = place.offset }
        }
    }

    func position(_ end: End) -> Position {
        Position(branch: segments[end.segment].branch, offset: UInt64(end.offset))
    }

    func lineage(_ end: End) -> Lineage {
        Lineage(finished: segments[end.segment].finished, tip: position(end))
    }

    /// Whether one end is part of what leads to another.
    func isAncestor(_ ancestor: End, of end: End) -> Bool {
        common(ancestor, end) == ancestor.offset
    }

    /// How many entries two ends have in common.
    func common(_ left: End, _ right: End) -> Int {
        var (one, other) = (left, right)
        while one.segment != other.segment {
            if one.segment > other.segment {
                guard let parent = parent(one) else { return 0 }
                one = parent
            } else {
                guard let parent = parent(other) else { return 0 }
                other = parent
            }
        }
        return min(one.offset, other.offset)
    }

    private func parent(_ end: End) -> End? {
        let segment = segments[end.segment]
        guard segment.parent >= 0 else { return nil }
        return End(segment: segment.parent, offset: min(end.offset, segment.fork))
    }

    /// The place on the way to an end with that many entries before it.
    func point(on end: End, offset: Int) -> End {
        var segment = end.segment
        while segments[segment].fork >= offset, segments[segment].parent >= 0 {
            segment = segments[segment].parent
        }
        return End(segment: segment, offset: min(offset, end.offset))
    }

    /// The first segment with an acknowledged write that an end lacks.
    func firstLacking(_ end: End) -> Int? {
        acknowledgedSegments.first { segment in
            let place = End(segment: segment, offset: segments[segment].acknowledgedEnd)
            return !isAncestor(place, of: end) && waived[segment].map { $0 < place.offset } ?? true
        }
    }

    /// How many acknowledged segments' worth an end holds, for the choice of the fullest member.
    func acknowledgedHeld(_ end: End) -> Int {
        acknowledgedSegments.reduce(0) { sum, segment in
            let place = End(segment: segment, offset: segments[segment].acknowledgedEnd)
            return sum + common(place, end)
        }
    }
}
