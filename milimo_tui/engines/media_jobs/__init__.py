"""The engine `quick`: small work on media files that never waits for a render. The work is in `media`."""
