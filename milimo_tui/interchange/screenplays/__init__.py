"""Convert screenplays of other formats to Fountain and back: Final Draft, Word, PDF, Highland and old text
encodings.

The film stores Fountain. `screenplay_file` detects the format of a file and reads it. An imported Final Draft
file is saved, and an export copies its unedited parts byte for byte (`fdx_merge`).
"""
