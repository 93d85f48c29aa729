/// The number of a mastership: the Lease's `leaseTransitions`. It only grows. Each promotion has
/// a term of its own, also when the same member promotes its database again after a crash.
public typealias Term = Int
