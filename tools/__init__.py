"""The repository's own tools: code checks, and generators of documentation pages and diagrams. Not
shipped.
"""
