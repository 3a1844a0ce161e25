"""The studio in the terminal: screens and widgets over the command registry.

Imports no `av`, no torch, no SQLModel; never waits for anything on its event loop.
"""
