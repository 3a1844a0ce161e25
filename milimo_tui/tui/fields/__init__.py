"""Form fields as values: a field's kind and allowed values, and the parsing and stepping of its text.

The functions are pure, except those of `path_facts`, which reads the disk. The package may use the packages
below the screens of `tui`. Begin with `form_field`.
"""
