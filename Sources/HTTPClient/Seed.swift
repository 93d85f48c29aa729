enum HTTPClientSeed {}
