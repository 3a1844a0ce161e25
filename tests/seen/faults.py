"""The error for bytes that a terminal would refuse."""


class Fault(Exception):
    """Bytes that violate the specification of a picture protocol."""
