"""The archive wing: captures, WARC files, the catalog and the records made from them.

Imports nothing from ``crawler``, Scrapy or Twisted (law 4), so that an archive can be read,
verified and exported by a program that has never crawled anything.
"""
