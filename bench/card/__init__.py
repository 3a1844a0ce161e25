"""Modules of `bench/gpu.py`, which measures models on a graphics card in several phases. Begin reading with
`phases`.
"""
