"""Milimo: a film studio in the terminal."""

__version__ = "0.1.0"
