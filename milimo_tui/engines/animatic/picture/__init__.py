"""The frames of a staged shot: a panel in layers, weather and letters, put together as a reel. Begin with
`reel`.
"""
