"""The whole application without a face: one function per act, each a command of the registry.

Composes everything below; `cli` and `tui` add no behaviour to it.
"""
