enum AgentConfigurationSeed {}
