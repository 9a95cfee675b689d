"""Django's backend of PostgreSQL, which never waits for ever."""
