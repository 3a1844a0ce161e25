"""Shared code of the picture engines: sampling, LoRAs, file metadata, and shots of one frame.

Begin with `family`: each engine describes its models as one `PictureFamily`, from which `profile` and
`engine` derive the rest. Only workers import the modules that import torch (`loader`, `sampling`, `making`).
"""
