"""Import and export files of screenplays and cuts.

The package chooses a reader or writer by the file's suffix. It also reads and writes EDL (which is plain
text), lists the losses of each format, and matches a file's media with the film's media. Begin with `reading`
and `writing`.
"""
