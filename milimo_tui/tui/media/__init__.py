"""The Media screen: the film's files, the browser that adds files from folders, and the bin of deleted files.
Begin with `screen`.

The package may use `shot` (paths), `timeline` (registers) and the packages below them.
"""
