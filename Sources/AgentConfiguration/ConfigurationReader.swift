/// Collects values from flags, environment and directory, and everything that is wrong with them.
/// After a problem it hands out the default, so that one look finds all problems; the caller
/// throws them at the end and never uses what was read.
struct ConfigurationReader {
    private let overrides: [String: String]
    private let environment: [String: String]
    private var files: [ConfigurationKey: ConfigurationValue] = [:]
    private(set) var problems: [ConfigurationError.Problem] = []

    init(overrides: [String: String], environment: [String: String]) {
        self.overrides = overrides
        self.environment = environment
        refuseUnknownOverrides()
        refuseUnknownVariables()
        readDirectory()
    }

    mutating func report(
        _ key: String, _ source: ConfigurationSource, _ fault: String, _ remedy: String
    ) {
        problems.append(.init(key: key, source: source, fault: fault, remedy: remedy))
    }

    mutating func report(
        _ key: ConfigurationKey, _ value: ConfigurationValue, _ fault: String, _ remedy: String
    ) {
        report(key.rawValue, value.source, "has the value \(value.quoted), which \(fault)", remedy)
    }

    /// What somebody gave for the key: flag before environment before directory.
    mutating func value(_ key: ConfigurationKey) -> ConfigurationValue? {
        guard let value = firstValue(key) else { return nil }
        guard !value.text.isEmpty else {
            report(key.rawValue, value.source, "is empty", "Give it a value, or remove it.")
            return nil
        }
        return value
    }

    /// What somebody must give for the key.
    mutating func required(_ key: ConfigurationKey, _ remedy: String) -> ConfigurationValue? {
        if firstValue(key) == nil {
            report(
                key.rawValue, .variable(key.variable), "is not set",
                "\(remedy) (or the flag \(key.flag)).")
        }
        return value(key)
    }

    /// A variable that is not a key of ours: the downward API's and Kubernetes' own.
    mutating func variable(_ name: String, _ remedy: String) -> ConfigurationValue? {
        let source = ConfigurationSource.variable(name)
        guard let text = environment[name] else {
            report(name, source, "is not set", remedy)
            return nil
        }
        guard !text.isEmpty else {
            report(name, source, "is empty", remedy)
            return nil
        }
        return ConfigurationValue(text: text, source: source)
    }

    /// A variable that may be absent.
    func optionalVariable(_ name: String) -> ConfigurationValue? {
        environment[name].flatMap {
            $0.isEmpty ? nil : ConfigurationValue(text: $0, source: .variable(name))
        }
    }

    /// Where the key's value comes from.
    func source(of key: ConfigurationKey) -> ConfigurationSource {
        firstValue(key)?.source ?? .derived("the default of \(key.flag)")
    }

    private func firstValue(_ key: ConfigurationKey) -> ConfigurationValue? {
        if let text = overrides[key.rawValue] {
            return ConfigurationValue(text: text, source: .flag(key.flag))
        }
        if let text = environment[key.variable], !ServiceVariables.isOne(key.variable, environment)
        {
            return ConfigurationValue(text: text, source: .variable(key.variable))
        }
        return files[key]
    }

    private mutating func refuseUnknownOverrides() {
        for name in overrides.keys.sorted() where ConfigurationKey(rawValue: name) == nil {
            report(
                name, .flag("--\(name)"), "is not a flag",
                Spelling.remedy(name, among: ConfigurationKey.allCases.map(\.rawValue)) {
                    "--\($0)"
                })
        }
    }

    private mutating func refuseUnknownVariables() {
        let known = ConfigurationKey.allCases.map(\.variable)
        for name in environment.keys.sorted()
        where name.hasPrefix(ConfigurationKey.variablePrefix)
            && !known.contains(name) && !ServiceVariables.isOne(name, environment)
        {
            report(
                name, .variable(name), "is not a variable that means anything",
                Spelling.remedy(name, among: known) { $0 })
        }
    }

    private mutating func readDirectory() {
        let key = ConfigurationKey.configurationDirectory
        guard let directory = value(key) else { return }
        guard directory.text.hasPrefix("/") else {
            return report(key, directory, "is not an absolute path", "Begin it with a slash.")
        }
        do throws(TextFile.Failure) {
            let limit = Limits.configurationEntries
            for name in try TextFile.names(in: directory.text, limit: limit) {
                readFile(name, in: directory.text)
            }
        } catch {
            report(
                key, directory, error.clause,
                "Mount a ConfigMap there, or remove the key.")
        }
    }

    private mutating func readFile(_ name: String, in directory: String) {
        let path = directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
        let source = ConfigurationSource.file(path: path)
        let known = ConfigurationKey.allCases.filter { $0 != .configurationDirectory }
        guard let key = known.first(where: { $0.rawValue == name }) else {
            return report(
                name, source, "is not named like a key",
                Spelling.remedy(name, among: known.map(\.rawValue)) { $0 })
        }
        do throws(TextFile.Failure) {
            let text = try TextFile.read(path, limit: Limits.configurationFile)
            files[key] = ConfigurationValue(text: text, source: source)
        } catch {
            report(
                name, source, error.clause, "Make it a file with the value of \(name) in it.")
        }
    }
}
