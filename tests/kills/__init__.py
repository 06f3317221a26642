"""Kills at random moments over a site of 200 articles: ``python -m tests.kills`` prints what they cost.

::

    start a visit -> kill it at a random moment -> start it again -> … -> one visit to its end -> look

A round is one collection from empty to complete. What is counted is what comparable tools are
counted by: articles lost, twice in the JSON, twice in the WARC files, damaged files, files left
behind, and requests beyond those that one undisturbed visit makes.
"""
