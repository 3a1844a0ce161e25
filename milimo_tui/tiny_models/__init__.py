"""Tiny checkpoints of every family: the authors' own classes and file layout, random weights and a fixed
seed.

The models make noise, and their titles say so. The builders import torch and run only in workers and tests.
`families` is plain data that any module may read.
"""
