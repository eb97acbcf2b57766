"""What one request asks, and how a response is written."""
