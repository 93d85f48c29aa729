import Glibc
import NIOPosix

/// A TCP connection that sends any bytes at all. Its calls block threads of their own, and give up
/// after ten seconds of silence.
final class RawClient: Sendable {
    struct Failure: Error {
        let call: String
        let code: Int32
    }

    private let descriptor: Int32

    /// Enough that tests that run at the same time do not wait for one another.
    private static let threads = {
        let threads = NIOThreadPool(numberOfThreads: 32)
        threads.start()
        return threads
    }()

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Failure(call: "connect", code: errno) }
    }

    deinit { close(descriptor) }

    /// Sends what the peer takes, and gives the system's error where it does not take all.
    @discardableResult
    func send(_ text: String) async throws -> Int32 {
        let descriptor = descriptor
        return try await onThread {
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return errno }
                rest = rest.dropFirst(count)
            }
            return 0
        }
    }

    /// The next bytes; none at the end of the connection, however it ended.
    func receive() async throws -> [UInt8] {
        let descriptor = descriptor
        return try await onThread {
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            guard count >= 0 || errno == ECONNRESET else {
                throw Failure(call: "recv", code: errno)
            }
            return Array(bytes.prefix(max(0, count)))
        }
    }

    /// Everything until the end of the connection.
    func receiveAll() async throws -> String {
        var all: [UInt8] = []
        while case let bytes = try await receive(), !bytes.isEmpty {
            all += bytes
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// The next response with its body.
    func response() async throws -> RawResponse {
        var all: [UInt8] = []
        while case let bytes = try await receive(), !bytes.isEmpty {
            all += bytes
            if let response = RawResponse(all) { return response }
        }
        throw Failure(call: "response", code: 0)
    }

    private func onThread<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await RawClient.threads.runIfActive(body)
    }
}

/// A response as it came.
struct RawResponse {
    var status: Int
    var headers: [String: String]
    var body: String

    /// Nil until it is whole.
    init?(_ bytes: [UInt8], isBodiless: Bool = false) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        status = lines.first.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
        headers = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts[1].trimmingPrefix(" ").description
        }
        body = String(text[end.upperBound...])
        let length = headers["content-length"].flatMap(Int.init) ?? 0
        guard isBodiless || body.utf8.count >= length else { return nil }
    }
}

extension TestServer {
    /// The response to a request on a connection of its own.
    func request(
        _ method: String = "GET", _ target: String, headers: String = "", body: String = ""
    ) async throws -> RawResponse {
        let client = try RawClient(port: port)
        try await client.send(
            "\(method) \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(headers)\r\n\(body)")
        return try await RawResponse(
            Array(client.receiveAll().utf8), isBodiless: method == "HEAD" || method == "OPTIONS")
            ?? { throw RawClient.Failure(call: "response", code: 0) }()
    }

    func status(_ target: String) async throws -> Int {
        try await request("GET", target).status
    }
}
