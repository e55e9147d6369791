"""The command lines: options, their help, and what each prints. Nothing that a search needs lives here."""
