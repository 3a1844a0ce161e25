"""Import and export of files: screenplays, cuts by suffix, EDL (which is plain text), the losses of each
format, and the matching of a file's media with the film's media. Begin with `reading` and `writing`.
"""
