"""The checklist editor: pages inside the editors' shell, thin. They ask queries, call one action, and answer."""
