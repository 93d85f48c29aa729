/// Who reaches whom, one way at a time. The nodes are the members, then the API, then the clients.
struct Network {
    let members: Int
    private var cutUntil: [Time]
    private var width: Int { members + 2 }

    init(members: Int) {
        self.members = members
        cutUntil = Array(repeating: 0, count: (members + 2) * (members + 2))
    }

    var api: Int { members }
    var clients: Int { members + 1 }

    func passes(_ from: Int, _ to: Int, at now: Time) -> Bool {
        now >= cutUntil[from * width + to]
    }

    func passesBothWays(_ from: Int, _ to: Int, at now: Time) -> Bool {
        passes(from, to, at: now) && passes(to, from, at: now)
    }

    mutating func cut(_ from: Int, _ to: Int, until time: Time) {
        cutUntil[from * width + to] = max(cutUntil[from * width + to], time)
    }

    mutating func heal() {
        for index in cutUntil.indices { cutUntil[index] = 0 }
    }

    mutating func heal(_ from: Int, _ to: Int) {
        cutUntil[from * width + to] = 0
    }
}
