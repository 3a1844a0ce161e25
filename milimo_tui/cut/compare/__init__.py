"""The differences between two cuts as sentences, and a cut as text. Begin with `comparison`."""
