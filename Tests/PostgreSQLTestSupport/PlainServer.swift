import Glibc

/// A server with nothing of ours around it, for the client's tests.
public final class PlainServer: Sendable {
    /// The folder of its Unix socket.
    public let socket: String
    /// The address on which it listens.
    public let address: String
    /// Its port.
    public let port: Int
    /// Its process.
    public let process: ServerProcess
    private let folder: TemporaryFolder

    /// Makes a data directory and starts a server on it. Over the socket the superuser is trusted;
    /// over TCP the role `guest` needs the password `right`.
    public init() async throws {
        folder = try TemporaryFolder()
        socket = folder.path
        port = 5432
        let id = UInt32(getpid())
        address = "127.\(100 + id % 100).\(1 + id / 100 % 250).9"
        let data = folder.path + "/data"
        let initdb = try ServerProcess(
            ServerProgram.path("initdb"),
            ["-D", data, "-U", "postgres", "--no-sync", "--auth=trust"],
            log: folder.path + "/initdb.log")
        let status = try await initdb.waitForEnd()
        guard status == 0 else {
            throw ServerProcess.Failure(description: "initdb failed: status \(status)")
        }
        try PlainServer.write(
            "local all all trust\nhost all guest all scram-sha-256\n", to: data + "/pg_hba.conf")
        process = try ServerProcess(
            ServerProgram.path("postgres"),
            [
                "-D", data, "-c", "listen_addresses=\(address)", "-p", String(port),
                "-c", "unix_socket_directories=\(socket)", "-c", "fsync=off",
            ], log: folder.path + "/log")
    }

    /// Kills it and removes its files.
    public func remove() {
        process.signalAll(SIGKILL)
        // Killed, so it ends; its files must not be written to while they are removed.
        while process.isRunning { usleep(1000) }
        folder.remove()
    }

    private static func write(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_TRUNC)
        defer { close(descriptor) }
        guard descriptor >= 0, Glibc.write(descriptor, text, text.utf8.count) > 0 else {
            throw ServerProcess.Failure(description: "cannot write \(path)")
        }
    }
}
