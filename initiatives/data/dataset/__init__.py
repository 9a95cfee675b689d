"""The whole public record as files: CSV, JSON Lines and SQLite in a Data Package, each with its checksum.

`tables` says what is told, `export` writes a version, `package` describes it, `loading` reads one into an empty site.
"""
