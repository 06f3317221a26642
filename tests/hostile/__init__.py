"""A hostile neighbourhood around a small good site, made for the promises R8 to R10, R14 and S1.

``site`` serves twenty good articles and whatever traps it is given, ``traps`` on the wire, ``pages``
in the markup, ``paths`` in addresses and discovery documents, ``refusals`` in statuses. Each trap says
by what name the report must count it.
"""
