"""The contract of an environment: read, check, report, as the file does it before an app starts."""
