"""What WARC/1.1 (ISO 28500:2017) shows and demands, as bytes."""
