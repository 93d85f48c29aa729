import FoundationEssentials
import Subprocess
import SystemPackage

/// The certificates of the API server, signed by an authority of their own.
public struct PlaygroundCertificates: Sendable, Hashable {
    /// The authority's certificate (PEM).
    public var authority: String
    /// The server's certificate (PEM).
    public var serverCertificate: String
    /// The server's key (PEM), readable by its owner alone.
    public var serverKey: String

    /// Certificates that are in files already.
    public init(authority: String, serverCertificate: String, serverKey: String) {
        self.authority = authority
        self.serverCertificate = serverCertificate
        self.serverKey = serverKey
    }

    /// Makes an authority and a server's certificate with the program `openssl`, valid for 30 days.
    /// - Parameters:
    ///   - directory: An existing folder, where `ca.crt`, `server.crt` and `server.key` are put.
    ///   - addresses: The addresses that the certificate is good for.
    /// - Returns: Where they are.
    /// - Throws: ``PlaygroundCertificateError`` when `openssl` is missing or fails.
    public static func create(
        in directory: String, addresses: [String]
    ) async throws(PlaygroundCertificateError) -> PlaygroundCertificates {
        let folder = FilePath(directory)
        let file = { (name: String) in folder.appending(name).string }
        let names = addresses.map { "IP:\($0)" }.joined(separator: ",")
        try write(
            "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                + "extendedKeyUsage=serverAuth\nsubjectAltName=\(names)\n",
            to: file("server.ext"))
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try await openssl(
            ["req", "-x509"] + curve + [
                "-keyout", file("ca.key"), "-out", file("ca.crt"), "-days", "30", "-subj",
                "/CN=playground-ca", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
            ])
        try await openssl(
            ["req", "-new"] + curve + [
                "-keyout", file("server.key"), "-out", file("server.csr"), "-subj",
                "/CN=kubernetes",
            ])
        try await openssl([
            "x509", "-req", "-in", file("server.csr"), "-CA", file("ca.crt"), "-CAkey",
            file("ca.key"), "-CAcreateserial", "-days", "30", "-extfile", file("server.ext"),
            "-out", file("server.crt"),
        ])
        return PlaygroundCertificates(
            authority: file("ca.crt"), serverCertificate: file("server.crt"),
            serverKey: file("server.key"))
    }

    private static func write(
        _ text: String, to path: String
    ) throws(PlaygroundCertificateError) {
        do {
            try Data(text.utf8).write(to: URL(filePath: path))
        } catch {
            throw PlaygroundCertificateError(message: "\(path) can't be written: \(error)")
        }
    }

    private static func openssl(
        _ arguments: [String]
    ) async throws(PlaygroundCertificateError) {
        let status: TerminationStatus
        let complaint: String
        do {
            let result = try await Subprocess.run(
                .name("openssl"), arguments: Arguments(arguments), output: .discarded,
                error: .string(limit: 64 << 10))
            status = result.terminationStatus
            complaint = result.standardError
        } catch {
            throw PlaygroundCertificateError(
                message: "the program openssl could not be run: install the package openssl "
                    + "(\(error))")
        }
        guard status.isSuccess else {
            throw PlaygroundCertificateError(
                message: "openssl \(arguments.first ?? "") failed: \(complaint)")
        }
    }
}
