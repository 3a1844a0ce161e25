"""The making of a take by its plan: parts are loaded, then the take is sampled, decoded, joined and written.

Imports torch: for workers only. Begin with `job`.
"""
