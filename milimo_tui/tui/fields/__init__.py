"""Form fields as values: a field with its kind and allowed values, the parsing and stepping of its text.

Pure functions, except `path_facts`, which reads a file. May use the packages below the screens of `tui`.
Begin with `form_field`.
"""
