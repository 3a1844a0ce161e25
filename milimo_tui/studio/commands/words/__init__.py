"""Commands for captions and transcripts. Read `caption` first."""
