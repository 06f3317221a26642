"""What a real browser makes of replay: Debian's Chromium without a screen (make browser)."""
