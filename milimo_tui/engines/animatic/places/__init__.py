"""Places: the table of sets, each around a subject at the origin. Their drawings are text files."""
