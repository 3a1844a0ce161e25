"""Commands on media, the bin, and pictures made by models and their masks. Read `asset` and `picture`
first.
"""
