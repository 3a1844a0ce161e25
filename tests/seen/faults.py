"""What a reader says of bytes that a terminal would refuse."""


class Fault(Exception):
    """Bytes that are against the protocol's text."""
