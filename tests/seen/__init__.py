"""Readers of pictures in a terminal's bytes, written from the published protocols and nothing of ours.

They stand where a terminal stands: they take what the studio writes, say what each cell shows, and raise a
`Fault` where the bytes are not what the protocol's own text says they must be.
"""
