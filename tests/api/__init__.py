"""Tests of the Python interface for scripts (`milimo_tui.api`) and of plug-ins."""
