"""The frozen records that travel: trials and what became of them, configurations and limits. No behaviour."""
