import EngineKit
import Glibc
import PostgreSQLClient
import ReplicationCore

extension PostgreSQLEngine {
    func stop(_ urgency: StopUrgency) async throws(EngineError) {
        let layout = layout
        let found = try await BlockingWorker.files.run {
            () throws(EngineError) -> (server: Postmaster, isVisible: Bool)? in
            guard let server = try PostgreSQLEngine.postmaster(layout) else { return nil }
            return (server, PostgreSQLEngine.isVisible(server, layout))
        }
        guard let found else { return }
        if !found.isVisible, await isGone(found.server, wasVisible: false) { return }
        if urgency == .orderly { await checkpointBeforeStop() }
        let (signal, name, limit): (Int32, String, Duration) =
            switch urgency {
            case .orderly: (SIGINT, "INT", PostgreSQLLimits.orderlyStop)
            case .immediate: (SIGQUIT, "QUIT", PostgreSQLLimits.immediateStop)
            }
        if found.isVisible {
            guard kill(found.server.processID, signal) == 0 || errno == ESRCH else {
                throw EngineError(
                    .accessDenied,
                    "the server's process \(found.server.processID) belongs to another user")
            }
        } else {
            try await signalThroughServer(found.server.processID, name)
        }
        let isEnded = try await wait(limit) { () throws(EngineError) in
            await self.isGone(found.server, wasVisible: found.isVisible)
        }
        guard isEnded else {
            throw EngineError(
                .timeout,
                "the server did not end within \(limit) of SIG\(name): it is stopped or waits for "
                    + "a disk, and only killing its container helps")
        }
    }

    /// In a PID namespace of its own the server can only be reached through itself: it starts this
    /// constant command beside itself, and needs no new process of the postmaster for it.
    func signalThroughServer(
        _ process: Int32, _ name: String
    ) async throws(EngineError) {
        do throws(PostgreSQLError) {
            // No row: a command that ends before it has read one is a broken pipe (XX000).
            _ = try await actor.query(
                "COPY (SELECT WHERE false) TO PROGRAM 'kill -\(name) \(process)'",
                timeout: PostgreSQLLimits.statement, isRepeatable: false)
        } catch {
            switch error {
            // The server may end before it has answered, or end the command's own shell, which is
            // in the session's group; whether it ended is looked at afterwards.
            case .closed: return
            case .server(let sqlstate, _) where sqlstate.hasPrefix("57P"): return
            case .server("38000", _): return
            case .server, .timeout, .unreachable, .badResponse:
                throw EngineError(error, "the server could not be told to end")
            }
        }
    }

    /// Whether that run of the server is over. A supervisor may have started the next one already.
    private func isGone(_ server: Postmaster, wasVisible: Bool) async -> Bool {
        let layout = layout
        do throws(EngineError) {
            let (now, isVisible) = try await BlockingWorker.files.run {
                () throws(EngineError) -> (Postmaster?, Bool) in
                let now = try PostgreSQLEngine.postmaster(layout)
                return (now, now.map { PostgreSQLEngine.isVisible($0, layout) } ?? false)
            }
            guard let now, now.text == server.text else { return true }
            if wasVisible { return !isVisible }
        } catch {
            return false
        }
        // Its file is still there, and its process cannot be seen from here.
        let listens = SocketProbe.hasListener(folder: layout.socket, port: settings.databasePort)
        if listens { return false }
        return await !actor.stillAnswers(timeout: PostgreSQLLimits.observation)
    }
}
