"""SQLite storage: tables, transactions, migrations, and the mapping between rows and values.

SQLite rows are not passed out of this package. The package may import `story`, `cut` and `core`.
"""
