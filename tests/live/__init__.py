"""Live tests: real server software on loopback, so that our reading meets output nobody here has written."""
