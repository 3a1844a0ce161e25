"""A film's file: made, opened, checked, migrated, recovered, read and written. Begin with `project_file`; all
but `schema` and `tables` is what it holds. Uses rows, history and sqlite.
"""
