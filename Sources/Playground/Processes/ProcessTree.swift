import Glibc

/// The end of whole process trees, as the kernel ends a container's when its process 1 is dead.
enum ProcessTree {
    /// Kills every descendant of the calling process but the exempt ones and their descendants, and
    /// reaps those that are or become its own children. The caller is a subreaper, so nothing can
    /// slip away.
    static func endDescendants(except exempt: Set<pid_t> = []) {
        let own = getpid()
        let deadline = ContinuousClock.now + Limits.processEnd
        while ContinuousClock.now < deadline {
            let entries = ProcessTable.all()
            let kept = exempt.union(
                exempt.flatMap { ProcessTable.descendants(of: $0, in: entries).map(\.pid) })
            let victims = ProcessTable.descendants(of: own, in: entries)
                .filter { !kept.contains($0.pid) }
            for entry in entries
            where entry.parent == own && entry.isZombie && !kept.contains(entry.pid) {
                var status: Int32 = 0
                waitpid(entry.pid, &status, WNOHANG)
            }
            if victims.isEmpty { return }
            for victim in victims { kill(victim.pid, SIGKILL) }
            usleep(Limits.processTreePollMicroseconds)
        }
    }

    /// Kills processes that are not ours, with all their descendants, each identified by pid and
    /// start time, and waits until they are gone. Returns those that would not go.
    static func end(_ processes: [ProcessTable.Entry]) -> [ProcessTable.Entry] {
        let deadline = ContinuousClock.now + Limits.processEnd
        var victims = Set(processes)
        while true {
            let entries = ProcessTable.all()
            let alive = Set(
                entries.filter { entry in
                    !entry.isZombie
                        && victims.contains {
                            $0.pid == entry.pid && $0.startTime == entry.startTime
                        }
                })
            if alive.isEmpty { return [] }
            if ContinuousClock.now > deadline { return alive.sorted { $0.pid < $1.pid } }
            for entry in alive {
                victims.formUnion(ProcessTable.descendants(of: entry.pid, in: entries))
            }
            for victim in victims
            where ProcessTable.entry(of: victim.pid)?.startTime == victim.startTime {
                kill(victim.pid, SIGKILL)
            }
            usleep(Limits.processTreePollMicroseconds)
        }
    }
}
