"""A screenplay meets the film that was made of it, and leaves it again: an old film's shots met by new ones,
what was made by hand kept, the text written out. Begin with `merge`. Uses `story.shots`.
"""
