/// What is to happen, by time and among equals in the order in which it was asked for: a binary
/// heap of small keys beside the slots that hold what they stand for.
struct EventQueue<Element> {
    private struct Key {
        var time: Time
        var sequence: Int
        var slot: Int

        static func < (left: Key, right: Key) -> Bool {
            left.time != right.time ? left.time < right.time : left.sequence < right.sequence
        }
    }

    private var heap: [Key] = []
    private var slots: [Element?] = []
    private var free: [Int] = []
    private var sequence = 0

    var isEmpty: Bool { heap.isEmpty }

    mutating func push(_ element: Element, at time: Time) {
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
            slots[slot] = element
        } else {
            slot = slots.count
            slots.append(element)
        }
        sequence += 1
        heap.append(Key(time: time, sequence: sequence, slot: slot))
        rise(from: heap.count - 1)
    }

    mutating func pop() -> (time: Time, element: Element)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        free.append(first.slot)
        guard let element = slots[first.slot].take() else { return nil }
        return (first.time, element)
    }

    private mutating func rise(from start: Int) {
        var index = start
        let key = heap[index]
        while index > 0 {
            let parent = (index - 1) / 2
            guard key < heap[parent] else { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = key
    }

    private mutating func sink() {
        var index = 0
        let key = heap[0]
        while true {
            var child = 2 * index + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < key else { break }
            heap[index] = heap[child]
            index = child
        }
        heap[index] = key
    }
}
