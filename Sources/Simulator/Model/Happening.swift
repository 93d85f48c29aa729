import ReplicationCore

/// What can happen at some time. Whatever was meant for an earlier run of something carries that
/// run's number, and is dropped when it is over.
enum Happening {
    /// To a member's agent: only while it runs, and not while it stands still.
    case agent(Int, life: Int, AgentStep)
    /// An agent that stood still goes on, if it may by now.
    case resumes(Int)
    case peerServes(asking: Int, life: Int, peer: Int, askedAt: Instant)
    case promise(PromiseCall)
    case api(APIStep)
    /// To a Pod's containers, which are renewed together.
    case kubelet(Int, podLife: Int, KubeletStep)
    /// To a run of a database server.
    case server(Int, life: Int, ServerStep)
    /// To a replication stream.
    case stream(Stream, StreamStep)
    case replication(Int)
    case client(Int, token: Int)
    case clientGivesUp(Int, token: Int)
    case fault(Int)
    indirect case strikes(Fault.Kind)
    case unpause
    case heal
    case check
}

/// What happens to an agent. What is large lies elsewhere, so that the queue moves little.
enum AgentStep {
    case tick(token: Int)
    case look(token: Int)
    indirect case looked(directory: Event?, Event)
    case ask(peer: Int, token: Int)
    indirect case post(Event)
    case watchConnects
    case watchIdles(watchLife: Int)
    indirect case effectBegins(Effect)
    indirect case effectActs(Effect)
    indirect case effectCompletes(Effect)
    indirect case effectEnds(Effect, failure: String?)
    case leaseTimesOut(LeaseRequest)
    indirect case leaseAnswers(LeaseRequest, LeaseAnswer)
    case readFails
    indirect case watchedLease(watchLife: Int, LeaseValue?)
    case watchedPods(watchLife: Int, [PodView])
    case promiseTimesOut(PromiseCall)
    indirect case promiseAnswers(PromiseCall, MemberReport)
    case prestop(begun: Time)
    case dies(isMember: Bool)
}

/// What happens at the API server.
enum APIStep {
    case leaseArrives(LeaseRequest)
    case readArrives(Int, life: Int)
    indirect case markArrives(Int, life: Int, Effect)
}

/// What the kubelet does.
enum KubeletStep {
    case podReturns(isNew: Bool)
    case agentStarts
    case initLooks(life: Int)
    case initWorks(life: Int)
    case databaseStarts
    case probe
    case podEnds(until: Time)
    case podIsKilled
}

/// What happens to a database server.
enum ServerStep {
    case ready
    case replay
    case commitsReload(generation: Int)
    case checkpointed(generation: Int)
    case sessionsEnd
    case stops(until: Time)
    case killed
    case noise
}

/// What happens to a replication stream.
enum StreamStep {
    case pump
    case flushed(Int)
    case reloads
}
