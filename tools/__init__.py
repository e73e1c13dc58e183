"""What writes pages and tables: `python -m tools.NAME`; nothing here is in the package."""
