"""The way in: signing in, the second step, member codes and PINs, invitations, open sessions.

The library underneath (allauth) is entered from this folder only. It refuses to say whether a name exists, and no
message it sends names a factory, a report or a person.
"""
