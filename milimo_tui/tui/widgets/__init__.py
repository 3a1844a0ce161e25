"""Widgets: they take values and post messages; a screen binds them to commands.

None of them reads a project.
"""
