import Glibc
import NIOPosix
@testable import Playground

/// A folder for one test, removed with it.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/understudy-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw PlaygroundError(.unavailable, "no temporary folder: errno \(errno)")
        }
        path = String(cString: made)
    }

    deinit {
        do {
            try FileTree.remove(path)
        } catch {
            Console.error("\(path) stays: \(error)")
        }
    }

    /// The programs that are tested lie beside the test's own.
    static func program(_ name: String) throws -> String {
        guard let own = realpath("/proc/self/exe", nil) else {
            throw PlaygroundError(.unexpected, "no /proc")
        }
        defer { free(own) }
        let path = String(cString: own)
        let folder = path.lastIndex(of: "/").map { path[..<$0] } ?? ""
        return "\(folder)/\(name)"
    }
}

/// Whether the condition holds at last; it is not waited for for ever.
func eventually(
    within limit: Duration = .seconds(10), _ condition: () async -> Bool
) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if await condition() { return true }
        do {
            try await Task.sleep(for: .milliseconds(10))
        } catch {
            return false
        }
    }
    return false
}

extension ContainerRuntime {
    /// One registry for all tests: a process has only one view of which children are its own.
    private static let registry = ProcessRegistry(file: nil, isSubreaper: false)

    /// A runtime for tests.
    static func testing() throws -> ContainerRuntime {
        ContainerRuntime(
            initProgram: try TestFolder.program("understudy-playground"),
            group: .singletonMultiThreadedEventLoopGroup, registry: registry)
    }
}
