"""Keep this file: without it the folder tests/factories/ shadows the app `factories`."""
