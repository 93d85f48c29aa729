enum AgentSeed {}
