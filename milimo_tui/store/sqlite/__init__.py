"""Work with any SQLite file of this program: derive tables from values, open, migrate and recover the file.

The package knows no table by name, except the tables in which recovery creates placeholder rows. Begin with
`value_table` and `migrations`. The package uses no other part of the store.
"""
