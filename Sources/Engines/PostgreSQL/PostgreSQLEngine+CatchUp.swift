import EngineKit
import Glibc
import PostgreSQLClient

extension PostgreSQLEngine {
    /// Brings a rewound directory to the point from which it can be started without following
    /// anybody. pg_rewind sets the end of the donor's log at the time it finished as the least that
    /// recovery must reach, but does not copy the log up to there: a server that follows nobody
    /// would accept no session for ever. A temporary one, closed to everybody, fetches the rest.
    func catchUp(with donor: Donor) async throws(EngineError) {
        let socket = layout.runtime + "/catch-up"
        let rules = socket + "/pg_hba.conf"
        let (layout, port) = (layout, temporaryPort)
        let upstream = connectionString(
            to: donor, application: PostgreSQLNames.cloneApplication(of: settings.member))
        try await BlockingWorker.files.run { () throws(EngineError) in
            try Folder.remove(socket)
            try Folder.create(socket)
            try DurableFile.write("local all all trust\n", to: rules)
            try PostgreSQLEngine.arm(layout.data)
            try DurableFile.remove(layout.postmasterFile)
        }
        try await programs.serve(
            "postgres",
            [
                "-D", layout.data, "-c", "config_file=\(layout.configuration)",
                "-c", "listen_addresses=", "-p", String(port),
                "-c", "unix_socket_directories=\(socket)", "-c", "unix_socket_permissions=0700",
                "-c", "hba_file=\(rules)", "-c", "primary_conninfo=\(upstream)",
                "-c", "primary_slot_name=", "-c", "logging_collector=off",
            ],
            endedBy: SIGINT, timeout: PostgreSQLLimits.directoryWork
        ) { () throws(EngineError) in
            let connection = try await self.connectTemporarily(
                socket: socket, port: port, within: PostgreSQLLimits.consistency)
            await connection.close()
        }
        try await BlockingWorker.files.run { () throws(EngineError) in
            try Folder.remove(socket)
        }
    }
}
