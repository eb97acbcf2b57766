"""The MFA API for any program: no lesson, no file, no widget, no sandbox."""
