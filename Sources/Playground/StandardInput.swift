import Dispatch

/// The program's standard input, as far as its end means something.
public enum StandardInput {
    /// Calls the closure when the input has ended: whoever held the other end is gone.
    public static func whenEnded(_ body: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "standard input").async {
            while readLine() != nil {}
            body()
        }
    }
}
