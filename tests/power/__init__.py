"""The power fails: what was not synced is gone, and nothing that was acknowledged is.

While the real rooms write a collection, every system call that changes the disk or syncs it is
watched, and what the disk would hold at that instant is remembered: the bytes of each file at its
last ``fsync``, the names in each folder at *its* last ``fsync``, and what has changed since. A cut
makes a collection of that: unsynced bytes and names dropped, or kept in part, block by block. Then
everything is started again.

The catalog is SQLite's own business, which never syncs its log in this mode but before a checkpoint:
a cut leaves the state of the last checkpoint, that and a torn part of the log, all of it, or nothing.
"""
