"""The XML formats: Final Cut Pro 7 and X, and MLT as Kdenlive writes it. One module writes a format, and its
companion module reads it. The package uses `interchange.otio`.
"""
