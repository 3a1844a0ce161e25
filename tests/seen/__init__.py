"""Readers of terminal pictures, written from the published protocols and without Milimo's own code.

They take the place of a terminal: they read the bytes that the studio writes and report the picture in each
cell. They raise `Fault` if the bytes violate the specification of the protocol.
"""
