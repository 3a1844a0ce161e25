"""Create, open, check, migrate, recover, read and write the database of a film.

Begin with `project_file`, through which the other modules are used. Only `schema` and `tables` are separate.
The package uses `rows`, `history` and `sqlite`.
"""
