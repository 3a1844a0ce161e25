"""The interface between the program and its engines: the `Engine` Protocol, the classes in which an engine
describes itself, its results, and the provenance of its files.

The package imports `specs` and, from `catalog`, only immutable values. Start reading at `engine`, then
`profile`.
"""
