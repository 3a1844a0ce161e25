"""The engine `quick` for small jobs on media files. These jobs never wait for a render. The work itself is in
the package `media`.
"""
