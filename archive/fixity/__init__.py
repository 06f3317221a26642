"""Whether the WARC files are still what they were: a manifest after each run, chained to the one before.

::

    runs/<run-id>/manifest.json     every closed file with its SHA-256, every growing one with that of its synced part
          │ previous: run, sha256   of the whole manifest file before it: none can be changed or taken out unseen
    runs/head.json                  run and SHA-256 of the newest

What a manifest has said of bytes is carried on and never made new from the disk: a change of the files
shows in ``check``, it is not written down as the new truth. Only a repair and a rebuild, which a person
asks for, say that files changed, and the manifest tells of it for good.

Cost: a closed file is read once, when it is first met closed. A growing one is hashed in parts of 8 MiB or
more; a run reads what was appended since, and at most the one part before it that is not full yet.
"""

from archive.fixity.chain import ManifestInvalid
from archive.fixity.check import Checked, Trouble, check, speaks_for
from archive.fixity.manifest import Event
from archive.fixity.write import accept, write_manifest

__all__ = ["Checked", "Event", "ManifestInvalid", "Trouble", "accept", "check", "speaks_for", "write_manifest"]
