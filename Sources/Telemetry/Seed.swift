enum TelemetrySeed {}
