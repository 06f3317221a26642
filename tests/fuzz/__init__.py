"""Bad input for every parser: ``make fuzz`` mutates good input without end and keeps what gets the better of one.

A target takes bytes and may raise only what its room says it raises. No input may cost more than two
seconds of processor time or 256 MiB. What broke this once stays in ``corpus/<target>/`` and is tried by
every ``make test``.
"""
