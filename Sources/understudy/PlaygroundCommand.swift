import ArgumentParser
import Glibc

/// `understudy playground …`: hands over to the program beside this one, which has a cluster's
/// worth of code that no Pod needs.
struct PlaygroundCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "playground",
        abstract: "Runs a whole cluster on this machine, without Kubernetes.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run() throws {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard length > 0 else {
            throw ExitStatus.unavailable.because("the path of this program cannot be read")
        }
        let own = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = own.lastIndex(of: "/").map { String(own[...$0]) } ?? ""
        let program = folder + "understudy-playground"
        var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        argv.append(nil)
        execv(program, &argv)
        let why = String(cString: strerror(errno))
        throw ExitStatus.unavailable.because(
            "\(program) cannot be started (\(why)): it is built beside this program")
    }
}
