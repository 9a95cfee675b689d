"""Django's backend for PostgreSQL with time limits."""
