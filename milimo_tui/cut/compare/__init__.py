"""What two cuts differ in, in sentences, and a cut as text. Begin with `comparison`."""
