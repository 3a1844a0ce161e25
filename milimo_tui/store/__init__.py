"""SQLite: tables, transactions, migrations, and the map between rows and values.

Rows do not leave this package. May import `story`, `cut` and `core`.
"""
