enum EnginesSeed {}
