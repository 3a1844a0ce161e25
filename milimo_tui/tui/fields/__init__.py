"""What is asked for, as values: a field with its kind, what may stand in it, how it is read and stepped.

Pure, but for `path_facts`, which looks at a file. May use what lies below the rooms of `tui`. Begin with
`form_field`.
"""
