"""Make a take from its plan: load the model's parts, sample, decode, join the chunks and write the file.

Imports torch: for workers only. Begin with `job`.
"""
