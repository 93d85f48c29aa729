public import ArgumentParser
public import Playground
public import ReplicationCore

extension PlaygroundEngine: ExpressibleByArgument {}
extension Profile: ExpressibleByArgument {}
extension Mode: ExpressibleByArgument {}
