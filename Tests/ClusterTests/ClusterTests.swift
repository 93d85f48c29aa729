import Testing

/// Real servers, real processes: one cluster at a time, or their load would be what is measured.
@Suite("real clusters", .serialized)
struct ClusterTests {}
