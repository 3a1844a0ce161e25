"""Describe the differences between two cuts in sentences, and write a cut as text. Begin with
`comparison`.
"""
