"""Make the frames of a staged shot. A frame is a drawing in layers, with weather, captions and marks.

`reel` is the main module: it makes the sequence of frames.
"""
