"""The smallest real checkpoints of every family: the makers' classes and files, random weights, a fixed seed.

What they make is noise, and says so. Builders import torch and run in workers and tests alone; `families` is
data that anybody may read.
"""
