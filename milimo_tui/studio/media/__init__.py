"""Media files of the film: brought in, prepared, found damaged, relinked; where each is used and how
it was made. Begin with `imports`.
"""
