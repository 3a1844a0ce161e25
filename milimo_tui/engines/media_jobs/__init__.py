"""The engine `quick`: small jobs on media files that never wait for a render. The work is in `media`."""
