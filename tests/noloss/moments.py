"""The moments of a server's work at which it can die: before and after every statement, before and after the commit."""

from django.db import connections


class Moments:
    """Counts the moments of what runs inside it and does something at one of them."""

    def __init__(self, at=None, act=None):
        self.at, self.act, self.passed = at, act, 0

    def pass_one(self):
        self.passed += 1
        if self.passed == self.at:
            self.act()

    def _statement(self, execute, sql, params, many, context):
        self.pass_one()
        result = execute(sql, params, many, context)
        self.pass_one()
        return result

    def __enter__(self):
        self.real = connections["default"]  # `connection` only stands for it
        commit = self.real._commit

        def committing():
            self.pass_one()
            commit()
            self.pass_one()

        self.wrapper = self.real.execute_wrapper(self._statement)
        self.wrapper.__enter__()
        self.real._commit = committing
        return self

    def __exit__(self, *error):
        del self.real._commit
        self.wrapper.__exit__(*error)


class Killed(BaseException):
    """The server is gone in the middle of a request: nobody catches it, and whatever was open is rolled back."""


def die():
    raise Killed
