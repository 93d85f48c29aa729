enum AgentHTTPSeed {}
