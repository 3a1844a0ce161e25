"""Commands on media, the bin, pictures by models and their masks. Begin with `asset` and `picture`."""
