"""Shared code of the engines that speak lines: the program `espeak-ng`, the hum that replaces it, and the
file of a spoken line.

Imports `specs`, `contract` and `runtime` of engines, and `media`. Begin with `spoken_file`. The speech
program also speaks the scratch dialogue of the animatic.
"""
