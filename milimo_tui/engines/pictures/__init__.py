"""Shared code of the picture engines: the sampling run, LoRAs, file metadata, shots of one frame.

Begin with `family`: an engine describes its models as one value, from which `profile` and `engine` derive the
rest. Modules that import torch (`loader`, `sampling`, `making`) are imported in workers only.
"""
