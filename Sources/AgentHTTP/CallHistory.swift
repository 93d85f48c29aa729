/// Which calls were taken, so that none is taken twice: a recorded one would otherwise keep a
/// promise alive for as long as somebody repeats it.
///
/// A call must name this run of the agent, which no call recorded before it does, and surpass the
/// last one of its asker.
struct CallHistory {
    /// This run of the agent.
    let epoch = Hexadecimal.random(bytes: 16)
    private var last: [String: UInt64] = [:]
    /// What askers must surpass that are not in the table.
    private var floor: UInt64 = 0

    /// Takes a call, if it is none of the earlier ones.
    mutating func take(_ call: PromiseCall) -> Bool {
        guard call.epoch == epoch, call.sequence > known(call.from) else { return false }
        if last[call.from] == nil, last.count >= Limits.knownAskers,
            let oldest = last.min(by: { $0.value < $1.value })
        {
            last[oldest.key] = nil
            floor = max(floor, oldest.value)
        }
        last[call.from] = call.sequence
        return true
    }

    /// What that asker's next call must say.
    func next(for asker: String) -> PromiseRepetition {
        PromiseRepetition(epoch: epoch, last: known(asker))
    }

    private func known(_ asker: String) -> UInt64 {
        max(last[asker] ?? 0, floor)
    }
}
