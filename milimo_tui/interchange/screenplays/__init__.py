"""Import and export of screenplays: Final Draft, Word, Highland and old text encodings, from and to Fountain.

The film stores Fountain. `screenplay_file` detects a file's format and reads the file. An imported Final
Draft file is saved, and its unedited parts are exported unchanged, byte for byte (`fdx_kept`).
"""
