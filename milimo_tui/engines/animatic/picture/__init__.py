"""The frames of a staged shot: a panel in layers, weather and letters over it, put together as a reel. Uses
all other rooms. Begin with `reel`.
"""
