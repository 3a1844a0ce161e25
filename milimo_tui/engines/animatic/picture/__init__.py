"""The frames of a staged shot. Each frame is a drawing in layers, with weather and lettering; `reel` produces
the sequence of frames. Begin with `reel`.
"""
