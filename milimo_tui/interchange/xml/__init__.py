"""Read and write the XML formats: Final Cut Pro 7, Final Cut Pro X, and MLT as Kdenlive writes it.

Each format has a module that writes it and a module with the suffix `_in` that reads it. The package uses
`interchange.otio`.
"""
