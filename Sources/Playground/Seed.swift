enum PlaygroundSeed {}
