"""The file of a film: creating, opening, checking, migrating, recovering, reading and writing.

Begin with `project_file`, which contains all other modules except `schema` and `tables`. The package uses
`rows`, `history` and `sqlite`.
"""
