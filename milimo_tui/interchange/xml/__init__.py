"""The formats that are XML: Final Cut Pro 7 and X, and MLT as Kdenlive writes it. A module writes a format,
one beside it reads it. Uses `interchange.otio`.
"""
