import ArgumentParser
import Playground

/// Ends a command with the error's sentence on standard error and its exit code.
func failing<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
        return try await body()
    } catch let error as PlaygroundError {
        Console.error("understudy playground: \(error.message)")
        throw ExitCode(error.code.rawValue)
    }
}

/// Sends one request and prints the sentence that answers it.
func perform(
    _ request: ControlRequest, in option: DirectoryOption, timeout: Duration = Limits.controlAnswer
) async throws {
    try await failing {
        let answer = try await option.client.send(request, timeout: timeout)
        if case .done(let sentence) = answer { Console.say(sentence) }
    }
}
