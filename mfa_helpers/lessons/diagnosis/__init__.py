"""What is wrong with a tenant, and how to put it right."""
