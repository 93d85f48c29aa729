import AgentConfiguration
import Glibc
import Testing

/// An environment as a Pod has it, and configurations made from changes to it.
enum Fixture {
    static let environment = [
        "POD_NAME": "orders-1", "POD_NAMESPACE": "shop", "POD_IP": "10.1.2.3",
        "POD_UID": "0b6f6b7e-7b6a-4a51-9d0c-6f1f9e0d7a11", "NODE_NAME": "node-a",
        "KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443",
        "UNDERSTUDY_ENGINE": "postgresql", "UNDERSTUDY_VOLUME": "/data",
        "PATH": "/usr/bin", "POSTGRES_USER": "postgres",
    ]

    static func configuration(
        _ changes: [String: String?] = [:], flags: [String: String] = [:],
        purpose: ConfigurationPurpose = .run
    ) throws(ConfigurationError) -> AgentConfiguration {
        var environment = environment
        for (name, value) in changes {
            environment[name] = value
        }
        return try AgentConfiguration(
            overrides: flags, environment: environment, purpose: purpose)
    }

    /// The problems that those changes make; a failed test where there are none.
    static func problems(
        _ changes: [String: String?] = [:], flags: [String: String] = [:],
        purpose: ConfigurationPurpose = .run
    ) -> [ConfigurationError.Problem] {
        do throws(ConfigurationError) {
            _ = try configuration(changes, flags: flags, purpose: purpose)
            Issue.record("the configuration was accepted")
            return []
        } catch {
            return error.problems
        }
    }
}

/// A folder that lives as long as the closure.
func withFolder<Result>(
    _ files: [String: [UInt8]], _ body: (String) throws -> Result
) throws -> Result {
    var template = Array("/tmp/understudy-test-XXXXXX".utf8CString)
    let path = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer {
        for name in files.keys { unlink("\(path)/\(name)") }
        rmdir(path)
    }
    for (name, bytes) in files {
        let file = try #require(fopen("\(path)/\(name)", "w"))
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
    return try body(path)
}
