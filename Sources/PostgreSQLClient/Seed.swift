enum PostgreSQLClientSeed {}
