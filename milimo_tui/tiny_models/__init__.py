"""Tiny checkpoints of every model family, for tests. They use the authors' own classes and file layout, with
random weights from a fixed seed.

The models make noise, and their titles say so. The builders import torch, so they run only in workers and
tests. `families` is plain data, which any module may import.
"""
