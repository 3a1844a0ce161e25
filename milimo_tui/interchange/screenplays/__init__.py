"""Screenplays that people have: Final Draft, Word, Highland, old encodings, to Fountain and back.

The film keeps Fountain; `screenplay_file` tells what a file is and has it read. A Final Draft file that came
in is kept, and what was not edited goes out as it came, byte for byte (`fdx_kept`).
"""
