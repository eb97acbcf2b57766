"""What lies behind each notebook."""
