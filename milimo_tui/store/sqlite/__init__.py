"""Derive tables from values, open any of this program's SQLite files with checks, migrate it to the newest
schema, and recover damaged files.

The package knows no table by name, except those that recovery fills with placeholder rows. Begin with
`value_table` and `migrations`. The package uses no other part of the store.
"""
