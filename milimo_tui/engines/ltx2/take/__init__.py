"""A take in the making, by its plan: parts loaded, sampled, decoded, joined, written. Imports torch: for
workers alone. Begin with `job`.
"""
