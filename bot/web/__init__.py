"""What answers HTTP: health, metrics, Telegram's calls, and pages. A wing of its own, off unless a port is set."""
