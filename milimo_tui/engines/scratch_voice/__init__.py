"""The scratch voice: lines spoken by the program `espeak-ng`, or hummed where it is not installed.

Imports `speech` and `animatic` of engines, so that a character has the same voice as in drawn takes. Begin
with `engine`.
"""
