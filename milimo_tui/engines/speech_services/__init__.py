"""Engines that let a service or a program of the user speak lines. Both are named by settings.

Imports `speech`, `remote`, `contract` and `specs` of engines. Begin with `service`.
"""
