"""The finder: a search in the film for shots, lines, takes and other items. Each result has a preview and the
usual actions.

The package uses the packages of a shot (for its picture and state) and of the timeline (for registers).
`studio.project.find_words` defines the search and the order of results. Begin with `screen`.
"""
